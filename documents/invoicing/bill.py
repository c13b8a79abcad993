"""What invoices, proformas and corrections have in common: what is given, checked, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final

from marshmallow import Schema, fields, validate

from documents.fields import Amount, Currency, Day, Flag, Line, Number
from documents.identifiers import require_ksef_number
from documents.invoicing.amounts import Sums, in_pln, total
from documents.invoicing.annotations import ExemptionSchema, annotate
from documents.invoicing.lines import money, money_of_sums, rows_of_sums
from documents.invoicing.parties import FlaggedBuyerSchema, SellerSchema
from documents.invoicing.payment.terms import PaymentSchema, pay
from documents.invoicing.third_parties import ThirdPartySchema, relate
from documents.model import Charge, Facts, Model, ModelSchema, money_of, refused
from engine.money import exponent

_UTC_SECOND: Final = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z"
#: Minor units: 16 digits before the decimal mark (TKwotowy).
_TOO_MUCH: Final = 10**18


class PeriodSchema(Schema):
    """The days a continuous service was supplied in, both included."""

    first = Day(required=True)
    last = Day(required=True)


class ExchangeSchema(Schema):
    """PLN for one unit of the invoice's currency, out of which table of which day (VAT act art. 31a)."""

    rate = Number(places=6, required=True, validate=validate.Range(min=0, min_inclusive=False))
    table = Line(load_default=None, longest=40)
    day = Day(required=True)


class OrderSchema(Schema):
    """The order or contract that is invoiced."""

    number = Line(required=True, longest=256)
    date = Day(load_default=None)


class ExpectedSchema(Schema):
    """Totals another system arrived at; they must be these."""

    net = Amount(load_default=None)
    vat = Amount(load_default=None)
    gross = Amount(load_default=None)


class KsefSchema(Schema):
    """`mode`: online and offline24 go to KSeF, outside does not. `number`: once KSeF has given one."""

    mode = fields.String(load_default="online", validate=validate.OneOf(("online", "offline24", "outside")))
    number = fields.String(load_default=None, validate=require_ksef_number)


class BillSchema(ModelSchema):
    """What invoices, proformas and corrections have in common.

    `number`: given when it is issued. `issued_at`: UTC second, for FA(3). `prices`: whether unit prices are net or
    gross; `vat_method`: tax of the sum, or sum of the lines' tax. `exchange`: for currencies other than PLN.
    `split_payment` and `reverse_charge` follow from the lines when they are not given. `split_payment_above`: the
    limit in PLN, from the parameters of the law.
    """

    number = Line(required=True, longest=256)
    issued_at = fields.String(load_default=None, validate=validate.Regexp(_UTC_SECOND, error="Write a UTC second."))
    seller = fields.Nested(SellerSchema, required=True)
    buyer = fields.Nested(FlaggedBuyerSchema, required=True)
    third_parties = fields.List(fields.Nested(ThirdPartySchema), load_default=list, validate=validate.Length(max=100))
    issue_date = Day(required=True)
    sale_date = Day(load_default=None)
    period = fields.Nested(PeriodSchema, load_default=None)
    order = fields.Nested(OrderSchema, load_default=None)
    currency = Currency(required=True)
    prices = fields.String(load_default="net", validate=validate.OneOf(("net", "gross")))
    vat_method = fields.String(load_default="sum", validate=validate.OneOf(("sum", "lines")))
    exchange = fields.Nested(ExchangeSchema, load_default=None)
    payment = fields.Nested(PaymentSchema, load_default=lambda: PaymentSchema().load({}))
    exemption = fields.Nested(ExemptionSchema, load_default=None)
    split_payment = Flag(load_default=None)
    reverse_charge = Flag(load_default=None)
    cash_accounting = Flag(load_default=False)
    self_billing = Flag(load_default=False)
    split_payment_above = Amount(load_default=None)
    expected = fields.Nested(ExpectedSchema, load_default=None)
    notes = fields.List(Line(longest=500), load_default=list, validate=validate.Length(max=20))
    ksef = fields.Nested(KsefSchema, load_default=lambda: KsefSchema().load({}))

    def derive(self, model: Model) -> Model:
        """Adds amounts per line and rate, totals, annotations, account, dates."""
        _dates(model)
        _currency(model)
        sums, lines = self.sums(model)
        _totals(model, sums)
        annotate(model, lines, Decimal(0) if self.repeats_annotations else _pln(model, self.transaction(model)))
        relate(model)
        pay(model)
        _expected(model)
        return {**model, "as_of": model["issue_date"], "type": self.type, "electronic": self.electronic(model)}

    def charge(self, facts: Facts) -> Charge | None:
        """Its totals; of a correction, what it changes."""
        net, vat, gross, payable = (facts[name]["amount"] for name in ("net", "vat", "gross", "payable"))
        return Charge(facts["currency"], net, vat, gross, payable, facts["payment"]["due_date"])

    #: What FA(3) calls it (TRodzajFaktury).
    type: ClassVar[str] = "VAT"
    #: Annotations repeat those of another invoice rather than follow from the total.
    repeats_annotations = False

    def sums(self, model: Model) -> tuple[dict[str, Sums], Sequence[Model]]:
        """Sums per rate, and the lines whose rates decide on annotations; each kind of bill sums in its own way."""
        raise NotImplementedError

    def transaction(self, model: Model) -> Decimal:
        """What the limit of split payment is held against."""
        gross: Decimal = model["gross"]["amount"]
        return gross

    def electronic(self, model: Model) -> str | None:
        """The electronic form: 'fa3', or None."""
        return None if model["ksef"]["mode"] == "outside" else "fa3"


def _dates(model: Model) -> None:
    if model["sale_date"] and model["period"]:
        raise refused("period", "write sale_date or period, not both")
    if model["period"] and model["period"]["last"] < model["period"]["first"]:
        raise refused("period.last", "lies before period.first")
    model["issued_at"] = model["issued_at"] or f"{model['issue_date']}T00:00:00Z"


def _currency(model: Model) -> None:
    if exponent(model["currency"]) > 2:
        raise refused("currency", f"amounts in {model['currency']} have more decimals than FA(3) holds")
    if (model["currency"] != "PLN") == (model["exchange"] is None):
        missing = "is missing: tax is stated in PLN too" if model["exchange"] is None else "is not for PLN"
        raise refused("exchange", missing)


def _pln(model: Model, amount: Decimal) -> Decimal:
    return amount * model["exchange"]["rate"] if model["exchange"] else amount


def _totals(model: Model, sums: Mapping[str, Sums]) -> None:
    """`rates` (with `vat_pln` in other currencies), `net`, `vat`, `gross`, `vat_pln`."""
    currency, exchange = model["currency"], model["exchange"]
    if abs(total(sums.values()).gross) >= _TOO_MUCH:
        raise refused("gross", "the total is larger than FA(3) holds")
    vat_pln = {
        code: in_pln(found.vat, currency, exchange["rate"]) if exchange else None for code, found in sums.items()
    }
    model["rates"] = [{**row, "vat_pln": _pln_money(vat_pln[row["rate"]])} for row in rows_of_sums(sums, currency)]
    model.update(money_of_sums(total(sums.values()), currency))
    model["vat_pln"] = _pln_money(sum(part or 0 for part in vat_pln.values())) if exchange else None


def _pln_money(minor: int | None) -> dict[str, Any] | None:
    return None if minor is None else money(minor, "PLN")


def _expected(model: Model) -> None:
    for name, amount in (model["expected"] or {}).items():
        found = model[name]["amount"]
        if amount is not None and money_of(model["currency"], amount, f"expected.{name}")["amount"] != found:
            raise refused(f"expected.{name}", f"{amount} was expected, the lines add up to {found}")
