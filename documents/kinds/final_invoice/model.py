"""The final invoice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from documents.invoicing.advances.sums import advances, left_of
from documents.invoicing.amounts import Sums, sums_by_rate, total
from documents.invoicing.lines import money_of_sums, priced, rows_of_sums
from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.model import Model


class FinalInvoiceSchema(InvoiceSchema):
    """The invoice of a supply that was paid for in part before (art. 106f par. 3): `lines` are the whole of it,
    `advances` the invoices of what was paid, and the totals are what they leave."""

    type: ClassVar[str] = "ROZ"
    advances = advances(required=True)

    def sums(self, model: Model) -> tuple[dict[str, Sums], Sequence[Model]]:
        """What the advances leave of its lines."""
        currency, prices, method = model["currency"], model["prices"], model["vat_method"]
        whole = sums_by_rate(priced(model["lines"], "lines", currency, prices, method), prices, method)
        model["whole"] = {"rates": rows_of_sums(whole, currency), **money_of_sums(total(whole.values()), currency)}
        return left_of(model, whole), model["lines"]

    def transaction(self, model: Model) -> Decimal:
        """The whole supply, not what the advances leave of it."""
        gross: Decimal = model["whole"]["gross"]["amount"]
        return gross


MODEL = FinalInvoiceSchema
