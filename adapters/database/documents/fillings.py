"""How each kind is filled from the customer's record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from documents.filling.sources import Filling
from documents.invoicing.filling import bill
from documents.kinds.account_statement.fill import account_statement
from documents.kinds.balance_confirmation.fill import balance_confirmation
from documents.kinds.claim_package.fill import claim_package
from documents.kinds.compensation_note.fill import compensation_note
from documents.kinds.correcting_invoice.fill import correction
from documents.kinds.correcting_note.fill import correcting_note, correction_request
from documents.kinds.interest_note.fill import interest_note
from documents.kinds.suspension_notice.fill import service_notice

FILLINGS: Final[Mapping[str, Filling]] = {
    "vat_invoice": bill,
    "proforma": bill,
    "correcting_invoice": correction,
    "correcting_note": correcting_note,
    "correction_request": correction_request,
    "interest_note": interest_note,
    "compensation_note": compensation_note,
    "balance_confirmation": balance_confirmation,
    "account_statement": account_statement,
    "claim_package": claim_package,
    "suspension_notice": service_notice,
    "resumption_notice": service_notice,
}
