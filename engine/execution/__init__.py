"""Execution: in which order actions take effect, whatever stores and carries them."""
