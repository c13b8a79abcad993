"""How each kind is filled from the customer's record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from adapters.issuing.bills import bill
from adapters.issuing.desk import Desk, Request
from adapters.issuing.particulars import correcting_note, correction_request
from adapters.issuing.service_notices import service_notice

#: The model of a kind, without its number. Raises InvalidInput naming the field, IssueRefused naming the rule.
Filling: TypeAlias = Callable[[Desk, Request], dict[str, Any]]

FILLINGS: Final[Mapping[str, Filling]] = {
    "vat_invoice": bill,
    "proforma": bill,
    "correcting_invoice": bill,
    "correcting_note": correcting_note,
    "correction_request": correction_request,
    "suspension_notice": service_notice,
    "resumption_notice": service_notice,
}
