"""Every block a wording may use, and how it is laid out: one line for each family of kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from documents.claims import blocks as claims
from documents.invoicing import blocks as invoices
from documents.kinds.account_statement import blocks as statements
from documents.kinds.claim_package import blocks as packages
from documents.kinds.correcting_note import model as particulars
from documents.layout import blocks as messages
from documents.layout.blocks import Setting

#: Name of a block -> the parts of a page it gives; one block may give several, or none.
LAID_OUT: Final[Mapping[str, Callable[[Setting], Iterable[dict[str, Any]]]]] = {
    **messages.LAID_OUT,
    **invoices.LAID_OUT,
    **particulars.LAID_OUT,
    **claims.LAID_OUT,
    **statements.LAID_OUT,
    **packages.LAID_OUT,
}
