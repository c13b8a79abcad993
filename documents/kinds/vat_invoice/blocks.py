"""The blocks of an invoice."""

from documents.invoicing.blocks import BLOCKS

__all__ = ["BLOCKS"]
