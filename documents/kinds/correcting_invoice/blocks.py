"""The blocks of a correcting invoice."""

from documents.invoicing.blocks import BLOCKS

__all__ = ["BLOCKS"]
