"""monitum documents and monitum ksef."""
