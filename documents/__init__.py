"""Model in, bytes out: wording, layout and rendering of messages and letters."""
