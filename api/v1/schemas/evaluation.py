"""What an evaluation is asked with. The supplied facts are generated from the fact catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final

import marshmallow as ma
from marshmallow import validate

from api.v1.schemas.fields import AMOUNT_PATTERN, Amount, Day, Flag, WholeNumber, choice, currency, word
from engine.facts.catalogue import CATALOGUE, HOLD_REASONS, Fact

#: Facts of the customer that an item may have of its own.
OWN_FACTS: Final = frozenset({"on_hold", "hold_reason"})
#: What cannot be assumed: which law applies depends on it.
REQUIRED_FACTS: Final = frozenset({"customer_kind"})


def _field(fact: Fact, *, required: bool = False) -> ma.fields.Field[Any]:
    options: dict[str, Any] = {"description": fact.help["en"], "required": required}
    if fact.optional:
        options["allow_none"] = True
    if fact.type == "choice":
        return choice(*fact.choices, **options)
    if fact.name == "currency":
        return currency(**options)
    makers: dict[str, Callable[..., ma.fields.Field[Any]]] = {"money": Amount, "date": Day, "flag": Flag, "text": word}
    return makers.get(fact.type, WholeNumber)(**options)


def _facts_schema(name: str, facts: Iterable[Fact], note: str) -> type[ma.Schema]:
    fields = {fact.name: _field(fact, required=fact.name in REQUIRED_FACTS) for fact in facts}
    schema = ma.Schema.from_dict(fields, name=name)
    schema.__doc__ = note
    return schema


CustomerFacts = _facts_schema(
    "CustomerFacts", (fact for fact in CATALOGUE if fact.scope == "customer"), "Facts of a customer."
)
ItemFacts = _facts_schema(
    "ItemFacts",
    (fact for fact in CATALOGUE if fact.scope == "item" or fact.name in OWN_FACTS),
    "Facts of an open item.",
)


class SentStage(ma.Schema):
    """A ladder stage that was sent for an item."""

    stage = word(required=True)
    day = Day(required=True)


class SuppliedItem(ma.Schema):
    """An open item the caller describes. `due_date` or `days_past_due` is needed; the other follows from it."""

    key = word(required=True)
    document = word(description="Number of the document; the key when it is left out.")
    facts = ma.fields.Nested(ItemFacts, required=True)
    sent = ma.fields.List(ma.fields.Nested(SentStage), validate=validate.Length(max=50))
    pending = word(description="Stage of a message that is decided and not sent yet.")


class ChangeRequest(ma.Schema):
    """What if: a payment, on an item or unallocated, or a hold, on an item or on the customer."""

    json_schema: ClassVar[dict[str, Any]] = {
        "oneOf": [
            {"properties": {"kind": {"const": "payment"}, "reason": False}, "required": ["kind", "amount", "currency"]},
            {
                "properties": {"kind": {"const": "hold"}, "amount": False, "currency": False},
                "required": ["kind", "reason"],
            },
        ]
    }

    kind = choice("payment", "hold", required=True)
    amount = ma.fields.String(
        validate=validate.Regexp(AMOUNT_PATTERN.replace("-?", ""), error="Needs an amount such as '1234.50'."),
        metadata={"description": "Major units of the currency, more than zero.", "examples": ["1234.50"]},
    )
    currency = currency()
    item = word()
    reason = choice(*HOLD_REASONS)

    @ma.validates_schema
    def _complete(self, data: dict[str, Any], **_: Any) -> None:
        wanted = {"amount", "currency"} if data.get("kind") == "payment" else {"reason"}
        for name in sorted(wanted - data.keys()):
            raise ma.ValidationError(f"Needed for a {data.get('kind')}.", name)
        for name in sorted(data.keys() - wanted - {"kind", "item"}):
            raise ma.ValidationError(f"Makes no sense for a {data.get('kind')}.", name)


_STORED: Final = ("source", "customer", "changes")
_SUPPLIED: Final = ("facts", "items")


class EvaluationRequest(ma.Schema):
    """Either a stored customer (source and customer) or facts the caller supplies."""

    json_schema: ClassVar[dict[str, Any]] = {
        "oneOf": [
            {"required": ["source", "customer"], "properties": dict.fromkeys(_SUPPLIED, False)},
            {"required": ["facts"], "properties": dict.fromkeys(_STORED, False)},
        ]
    }

    source = word(description="Key of the source system.")
    customer = word(description="Key of the customer in the source.")
    facts = ma.fields.Nested(CustomerFacts)
    items = ma.fields.List(ma.fields.Nested(SuppliedItem), validate=validate.Length(max=1000))
    ruleset = word(description="Evaluate this ruleset instead of the one that applies.")
    as_of = Day(description="Day of the evaluation; today when it is left out.")
    changes = ma.fields.List(ma.fields.Nested(ChangeRequest), validate=validate.Length(max=100))
    explain = Flag(description="Also answer what was not decided and why.")

    @ma.validates_schema
    def _one_way(self, data: dict[str, Any], **_: Any) -> None:
        if "facts" in data:
            wrong = [name for name in _STORED if name in data]
            if wrong:
                raise ma.ValidationError("Belongs to a stored customer; facts are supplied here.", wrong[0])
        elif "items" in data:
            raise ma.ValidationError("Items need the customer's facts beside them.", "facts")
        else:
            for name in ("source", "customer"):
                if name not in data:
                    raise ma.ValidationError("Name source and customer, or supply facts.", name)
