"""The claim package: what a lawyer needs to sue, as a letter, as JSON and as CSV."""
