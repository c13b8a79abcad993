"""Entries: their canonical bytes, their kinds, and how they are read."""
