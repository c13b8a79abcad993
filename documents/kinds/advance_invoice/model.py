"""The advance invoice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Final

from marshmallow import fields

from documents.fields import Amount
from documents.invoicing.advances.sums import advance_sums, advances, left_of
from documents.invoicing.amounts import Sums, sums_by_rate, taxed, total
from documents.invoicing.lines import RateCode, money_of_sums, priced, rows_of_sums
from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.model import Model, money_of, refused
from engine.money import Money

_WITHIN_THE_UNION: Final = "0 WDT"


class AdvanceInvoiceSchema(InvoiceSchema):
    """An invoice of what was paid before a supply (art. 106b par. 1 point 4, art. 106f par. 1).

    `lines` are those of the order, `payment` says what was paid. `advances`: invoices of earlier advances for the
    order, which the last one must name where together they are the whole price (art. 106f par. 4). `by_rate`: how the
    payment falls on the rates of the order, gross; else in proportion to what is left.
    """

    type: ClassVar[str] = "ZAL"
    advances = advances(load_default=list)
    by_rate = fields.Dict(RateCode(), Amount(), load_default=None)

    def sums(self, model: Model) -> tuple[dict[str, Sums], Sequence[Model]]:
        """Of what was paid."""
        currency, prices, method = model["currency"], model["prices"], model["vat_method"]
        _before_the_supply(model)
        whole = sums_by_rate(lines := priced(model["lines"], "lines", currency, prices, method), prices, method)
        for line, value in zip(model["lines"], lines, strict=True):
            line.update(money_of_sums(taxed(value.value, value.rate, prices), currency))
        model["whole"] = {"rates": rows_of_sums(whole, currency), **money_of_sums(total(whole.values()), currency)}
        received = Money.of(_received(model), currency).minor
        return advance_sums(received, left_of(model, whole), model["by_rate"], currency), model["lines"]


def _before_the_supply(model: Model) -> None:
    for name in ("sale_date", "period"):
        if model[name]:
            raise refused(name, "what is paid in advance is not supplied yet; leave it out")
    for index, line in enumerate(model["lines"]):
        if line["rate"] == _WITHIN_THE_UNION:
            raise refused(
                f"lines.{index}.rate",
                "no advance invoice is issued for a supply within the EU (art. 106b par. 1 point 4)",
            )


def _received(model: Model) -> Decimal:
    """What was paid, major units."""
    payment, currency = model["payment"], model["currency"]
    if payment["parts"] and currency != "PLN" and len(payment["parts"]) > 1:
        raise refused(
            "payment.parts", f"each payment in {currency} has its own rate of exchange: issue an invoice for each"
        )
    if payment["parts"]:
        amounts = [(f"parts.{index}.amount", part["amount"]) for index, part in enumerate(payment["parts"])]
    elif payment["paid_amount"] is not None:
        amounts = [("paid_amount", payment["paid_amount"])]
    else:
        field = "paid_amount" if payment["paid_on"] else "paid_on"
        raise refused(f"payment.{field}", "is missing: an advance invoice says what was paid, and when")
    parts = [money_of(currency, amount, f"payment.{field}")["amount"] for field, amount in amounts]
    return sum(parts, Decimal(0))


MODEL = AdvanceInvoiceSchema
