"""The blocks of a final invoice: the whole supply, the advances, and what they leave."""

from documents.invoicing.advances.blocks import ADVANCE_BLOCKS
from documents.invoicing.blocks import BLOCKS as INVOICE_BLOCKS

BLOCKS = {**INVOICE_BLOCKS, **ADVANCE_BLOCKS}
