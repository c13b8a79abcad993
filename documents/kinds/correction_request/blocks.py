"""The blocks of a request for a correction: those of a correcting note."""

from documents.kinds.correcting_note.blocks import BLOCKS

__all__ = ["BLOCKS"]
