"""monitum archive and monitum witness."""
