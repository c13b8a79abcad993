"""The claim package: what a lawyer needs to sue for unpaid documents, as a letter, as JSON and as CSV.

The data are neutral: no file of the electronic court (EPU), whose schema is not public.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from marshmallow import Schema, fields, validate

from documents.fields import Amount, Currency, Day, Flag, Krs, Line, Number, Pesel, Whole
from documents.kinds.claim_package.claim_csv import claim_csv
from documents.kinds.claim_package.justification import justification
from documents.kinds.compensation_note.model import CompensationRowSchema, check_compensation
from documents.messages import MessageSchema
from documents.model import Facts, Model, money_of, refused
from documents.parts import BasisSchema
from engine.facts.legal import LIMITATIONS
from engine.law.policy import ALTERNATIVES

_POSITIVE = validate.Range(min=0, min_inclusive=False)
_NOT_NEGATIVE = validate.Range(min=0)
_SHA256 = validate.Regexp(r"\A[0-9a-f]{64}\Z")
#: What a note claims; neither bears interest (k.c. art. 482).
NOTE_KINDS: Final = ("interest_note", "compensation_note")


class PartySchema(Schema):
    """Numbers that name a party besides its tax number; the books do not have them."""

    pesel = Pesel(load_default=None)
    krs = Krs(load_default=None)


class CreditedSchema(Schema):
    """A payment or set-off, and what of it covered interest and principal."""

    day = Day(required=True)
    amount = Amount(required=True, validate=_POSITIVE)
    to_interest = Amount(required=True, validate=_NOT_NEGATIVE)
    to_principal = Amount(required=True, validate=_NOT_NEGATIVE)


class ClaimRowSchema(Schema):
    """One document. `principal`: what is left of `original`; `accrued`: interest that payments and notes left open;
    interest runs on the principal from `interest_from` to the day of payment; `limitation`: the last day on which the
    claim of kind `claim` is not time-barred; `charged_by`: the note that has the interest before `interest_from`."""

    item = Line(load_default=None)
    document = Line(required=True, longest=100)
    issue_date = Day(required=True)
    due_date = Day(required=True)
    effective_due = Day(required=True)
    original = Amount(required=True, validate=_POSITIVE)
    credited = fields.List(fields.Nested(CreditedSchema), load_default=list)
    principal = Amount(required=True, validate=_POSITIVE)
    accrued = Amount(required=True, validate=_NOT_NEGATIVE)
    interest_from = Day(required=True)
    charged_by = Line(load_default=None, longest=256)
    claim = fields.String(required=True, validate=validate.OneOf(tuple(LIMITATIONS)))
    limitation = Day(required=True)


class InterestSchema(Schema):
    """The rate of interest for delay: its name, its basis, and percent a year on the day of the package."""

    name = Line(required=True, longest=100)
    basis = fields.Nested(BasisSchema, required=True)
    rate = Number(places=2, required=True, validate=validate.Range(min=0, max=1000))


class NoteRowSchema(Schema):
    """An unpaid note."""

    document = Line(required=True, longest=256)
    kind = fields.String(required=True, validate=validate.OneOf(NOTE_KINDS))
    issue_date = Day(required=True)
    amount = Amount(required=True, validate=_POSITIVE)
    currency = Currency(required=True)


class DemandSchema(Schema):
    """A message that was sent. `final`: the last demand before court; `amicable`: it offered to settle out of court.
    `message`: the bytes that left, by SHA-256; `intent` and `proof`: archive entries before and after sending;
    `outcome`: what the archive has on delivery."""

    day = Day(required=True)
    wording = Line(required=True, longest=100)
    final = Flag(required=True)
    amicable = Flag(required=True)
    documents = fields.List(Line(longest=100), required=True, validate=validate.Length(min=1))
    message = fields.String(load_default=None, allow_none=True, validate=_SHA256)
    intent = Whole(load_default=None, allow_none=True)
    proof = Whole(load_default=None, allow_none=True)
    outcome = Line(load_default=None, longest=1000)


class IssuedSchema(Schema):
    """A document we issued: its PDF by SHA-256, and its archive entry."""

    document = Line(required=True, longest=256)
    pdf = fields.String(required=True, validate=_SHA256)
    entry = Whole(required=True)


class FeesSchema(Schema):
    """Court fees in PLN. `in_time`: every claim fell due within the years the electronic court looks back."""

    ordinary = Amount(required=True, validate=_POSITIVE)
    electronic = Amount(required=True, validate=_POSITIVE)
    in_time = Flag(required=True)
    basis = fields.Nested(BasisSchema, required=True)


class LeftOutSchema(Schema):
    """A document that is open and not claimed, and the rule against it."""

    document = Line(required=True, longest=256)
    reason = Line(required=True, longest=100)


class ClaimPackageSchema(MessageSchema):
    """Claims of one currency; compensation is in PLN. `dispute`: the value in dispute in whole PLN, rounded up (k.p.c.
    art. 126(1) par. 3), and `fees`: both None where a claim is in another currency."""

    class Meta:
        """Nothing is asked of the customer."""

        exclude = ("credits", "services", "deadline_days", "announce", "debtor_register")

    number = Line(required=True, longest=256)
    currency = Currency(required=True)
    plaintiff = fields.Nested(PartySchema, load_default=lambda: PartySchema().load({}))
    defendant = fields.Nested(PartySchema, load_default=lambda: PartySchema().load({}))
    consumer = Flag(required=True)
    payment_order = fields.String(required=True, validate=validate.OneOf(ALTERNATIVES["payment_order"]))
    interest = fields.Nested(InterestSchema, required=True)
    rows = fields.List(fields.Nested(ClaimRowSchema), required=True, validate=validate.Length(min=1, max=1000))
    notes = fields.List(fields.Nested(NoteRowSchema), load_default=list, validate=validate.Length(max=1000))
    compensations = fields.List(fields.Nested(CompensationRowSchema), load_default=list)
    demands = fields.List(fields.Nested(DemandSchema), required=True, validate=validate.Length(min=1, max=5000))
    issued = fields.List(fields.Nested(IssuedSchema), load_default=list)
    left_out = fields.List(fields.Nested(LeftOutSchema), load_default=list)
    dispute = Amount(load_default=None, allow_none=True, validate=_POSITIVE)
    fees = fields.Nested(FeesSchema, load_default=None, allow_none=True)

    def tabular(self, facts: Facts) -> bytes | None:
        """The claims."""
        return claim_csv(facts)

    def derive(self, model: Model) -> Model:
        """Checks sums, days and that every claim was demanded; adds totals and the justification, which is in Polish,
        the language of the court. Raises InvalidInput naming the field."""
        if model["customer"]["tax_id"] is not None and model["consumer"]:
            raise refused("customer.tax_id", "a consumer is not named by a tax number")
        demanded = {name for demand in model["demands"] if demand["final"] for name in demand["documents"]}
        for index, row in enumerate(model["rows"]):
            _row(model, row, f"rows.{index}")
            if row["document"] not in demanded:
                raise refused(f"rows.{index}.document", "no final demand was sent for it")
        for index, note in enumerate(model["notes"]):
            note["amount"] = money_of(note.pop("currency"), note["amount"], f"notes.{index}.amount")
        for index, row in enumerate(model["compensations"]):
            check_compensation(row, f"compensations.{index}")
        model["totals"] = _totals(model)
        _dispute(model)
        model["justification"] = justification(model)
        return model


def _row(model: Model, row: dict[str, Any], path: str) -> None:
    if not row["due_date"] <= row["effective_due"] < row["interest_from"]:
        raise refused(f"{path}.interest_from", "interest runs from a day after the effective due date")
    if row["limitation"] < model["as_of"]:
        raise refused(f"{path}.limitation", "the claim is time-barred on the day of the package")
    left = row["original"]
    for place, part in enumerate(row["credited"]):
        if part["to_interest"] + part["to_principal"] != part["amount"]:
            raise refused(f"{path}.credited.{place}.amount", "is not what covered interest and principal")
        if part["day"] >= row["interest_from"]:
            raise refused(f"{path}.interest_from", "interest on what is left runs from the day after the last payment")
        left -= part["to_principal"]
        for name in ("amount", "to_interest", "to_principal"):
            part[name] = money_of(model["currency"], part[name], f"{path}.credited.{place}.{name}")
    if row["principal"] != left:
        raise refused(f"{path}.principal", f"{row['principal']} is not what is left, {left}")
    for name in ("original", "principal", "accrued"):
        row[name] = money_of(model["currency"], row[name], f"{path}.{name}")


def _totals(model: Model) -> list[dict[str, Any]]:
    """Everything claimed, by currency."""
    sums: dict[str, Decimal] = {}
    amounts = [part for row in model["rows"] for part in (row["principal"], row["accrued"])]
    amounts += [row["amount"] for name in ("notes", "compensations") for row in model[name]]
    for part in amounts:
        sums[part["currency"]] = sums.get(part["currency"], Decimal(0)) + part["amount"]
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(sums.items())]


def _dispute(model: Model) -> None:
    zloty = [total["currency"] for total in model["totals"]] == ["PLN"]
    for name in ("dispute", "fees"):
        if not zloty and model[name] is not None:
            raise refused(name, "is stated for claims that are all in PLN")
    if model["dispute"] is None:
        if zloty:
            raise refused("dispute", "is missing")
        return
    value = model["totals"][0]["amount"].to_integral_value(ROUND_CEILING)
    if model["dispute"] != value:
        raise refused("dispute", f"{model['dispute']} is not the sum of the claims in whole PLN, {value}")
    model["dispute"] = money_of("PLN", model["dispute"], "dispute")
    if model["fees"] is not None:
        for name in ("ordinary", "electronic"):
            model["fees"][name] = money_of("PLN", model["fees"][name], f"fees.{name}")


MODEL = ClaimPackageSchema
