"""The blocks of an advance invoice: the order, earlier advances, and what was paid."""

from documents.invoicing.advances.blocks import ADVANCE_BLOCKS
from documents.invoicing.blocks import BLOCKS as INVOICE_BLOCKS

BLOCKS = {**INVOICE_BLOCKS, **ADVANCE_BLOCKS}
