"""Anchors of the archive outside of it: cosignatures of witnesses and timestamps."""
