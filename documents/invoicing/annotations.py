"""What an invoice must say besides its amounts: annotations of the VAT act art. 106e par. 1 points 16 to 19."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from marshmallow import Schema, fields, validate

from documents.fields import Line
from documents.identifiers import vat_prefix
from documents.invoicing.margin import hold_margin
from documents.invoicing.vat_rates import RATES
from documents.model import Model, refused

#: Which law exempts: the VAT act, Directive 2006/112/EC, or another.
LAWS: Final = ("act", "directive", "other")


class ExemptionSchema(Schema):
    """On what basis lines at 'zw' are exempt; `text` names the provision."""

    law = fields.String(load_default="act", validate=validate.OneOf(LAWS))
    text = Line(required=True, longest=256)


def annotate(model: Model, lines: Sequence[Model], gross_pln: Decimal) -> None:
    """Set `split_payment` and `reverse_charge` where they follow from the lines, and hold what was given against them.

    `gross_pln`: total in PLN, for the limit of split payment (`split_payment_above`). Raises InvalidInput naming the
    field for an annotation that is missing or out of place.
    """
    hold_margin(model, lines)
    rates = [RATES[line["rate"]] for line in lines]
    _exemption(model, exempt=any(rate.exempt for rate in rates))
    model["reverse_charge"] = _reverse_charge(model["reverse_charge"], needed=any(rate.reverse for rate in rates))
    model["split_payment"] = _split_payment(model, lines, gross_pln)
    if model["buyer"]["kind"] == "consumer" and model["reverse_charge"]:
        raise refused("buyer.kind", "a consumer does not account for the seller's tax; another rate applies")
    if any(rate.code == "0 WDT" for rate in rates) and not _in_another_member_state(model["buyer"]):
        raise refused("buyer.tax_id", "a supply within the EU (0 WDT) needs the VAT number of another member state")


def _in_another_member_state(buyer: Model) -> bool:
    return buyer["kind"] == "business" and buyer["country"] != "PL" and vat_prefix(buyer["country"]) is not None


def _exemption(model: Model, *, exempt: bool) -> None:
    if exempt and model["exemption"] is None:
        raise refused("exemption", "lines at 'zw' need the provision that exempts them")
    if not exempt and model["exemption"] is not None:
        raise refused("exemption", "no line is at 'zw'")


def _reverse_charge(given: bool | None, *, needed: bool) -> bool:  # noqa: FBT001  a flag of the model
    if given is not None and given != needed:
        raise refused(
            "reverse_charge", f"must be {'true' if needed else 'false'}: it follows from the rates of the lines"
        )
    return needed


def _split_payment(model: Model, lines: Sequence[Model], gross_pln: Decimal) -> bool:
    """Art. 106e par. 1 point 18a: a taxable buyer, a total above the limit, a line of annex 15."""
    given: bool | None = model["split_payment"]
    limit: Decimal | None = model["split_payment_above"]
    business = model["buyer"]["kind"] == "business"
    if given and not business:
        raise refused("split_payment", "a consumer cannot pay by split payment")
    if given or not business or not any(line["annex_15"] for line in lines):
        return bool(given)
    if limit is None:
        raise refused("split_payment_above", "the limit of split payment is needed for lines of annex 15")
    if gross_pln <= limit:
        return False
    if given is False:
        raise refused("split_payment", f"must be true: a line of annex 15 and a total above {limit} PLN")
    return True
