"""The blocks of an invoice under the margin scheme."""

from documents.invoicing.blocks import BLOCKS

__all__ = ["BLOCKS"]
