"""How each kind is filled from the customer's record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.issuing.account_statement import account_statement
from adapters.issuing.balance_confirmation import balance_confirmation
from adapters.issuing.bills import bill
from adapters.issuing.claim_package import claim_package
from adapters.issuing.compensation_note import compensation_note
from adapters.issuing.corrections import correction
from adapters.issuing.interest_note import interest_note
from adapters.issuing.particulars import correcting_note, correction_request
from adapters.issuing.service_notices import service_notice
from documents.filling.sources import Filling

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
