"""The blocks of a proforma."""

from documents.invoicing.blocks import BLOCKS

__all__ = ["BLOCKS"]
