"""Append-only memory: entries, Merkle log, signed checkpoints, verification."""
