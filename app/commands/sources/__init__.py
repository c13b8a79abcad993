"""monitum sources."""
