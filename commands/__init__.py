"""Commands of the monitum command line, one module each."""
