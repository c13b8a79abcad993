"""The model of a document: what the sender, the customer and the books say, as plain data.

A model is made of dict, list, str, int, Decimal and date only, so that a template can read it and do nothing else.
What can be computed (days past due, deadline, totals) is computed when it is checked and cannot be passed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from copy import copy
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from marshmallow import Schema, ValidationError

from documents.fields import clean_line
from engine.errors import InvalidInput
from engine.field_messages import first_message
from engine.money import exponent

#: A model, or a part of one, while its schema checks it and adds what follows: nested dict, list, str, int, Decimal,
#: date and None.
Model = dict[str, Any]
#: A checked model, or a part of one, as it is read.
Facts = Mapping[str, Any]


class Charge(NamedTuple):
    """What a document charges, major units of `currency`; a note without tax has no `vat`. `payable`: what of `gross`
    was not paid before it was issued."""

    currency: str
    net: Decimal
    vat: Decimal
    gross: Decimal
    payable: Decimal
    due_date: dt.date | None


class ModelSchema(Schema):
    """What a kind of document is made from."""

    def charge(self, facts: Facts) -> Charge | None:
        """What a checked model charges the customer; None for a document that charges nothing by itself."""
        del facts
        return None

    def tabular(self, facts: Facts) -> bytes | None:
        """A checked model as CSV; None for a kind that has no such form."""
        del facts
        return None

    def derive(self, model: Model) -> Model:
        """The model with what follows from it. Raises InvalidInput naming the field."""
        raise NotImplementedError


class CheckedModel(Facts):
    """A model that its schema has checked and completed: making one is the check, so there is no unchecked one.

    It is read like the mapping it was made from, and does not change.
    """

    __slots__ = ("_facts", "_schema")

    def __init__(self, schema: type[ModelSchema], data: Mapping[str, object]) -> None:
        """Check `data` and add what follows from it (`ModelSchema.derive`). Dates may be dates or ISO text, amounts
        Decimal or text. Raises InvalidInput naming the field."""
        self._schema = schema()
        try:
            model: Model = self._schema.load(_dates_as_text(data))
        except ValidationError as error:
            raise refused(*first_message(error.messages_dict)) from error
        self._facts: Facts = MappingProxyType(self._schema.derive(model))

    def __getitem__(self, name: str) -> Any:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def as_of(self) -> dt.date:
        """The day of the document."""
        day: dt.date = self._facts["as_of"]
        return day

    def charge(self) -> Charge | None:
        """What the document charges the customer; None for one that charges nothing by itself."""
        return self._schema.charge(self)

    def tabular(self) -> bytes | None:
        """The document as CSV; None for a kind that has no such form."""
        return self._schema.tabular(self)

    def numbered(self, number: str) -> Self:
        """The same under another number: nothing of a model follows from its number."""
        return self._with(number=clean_line(number))

    def verifiable(self, verification: Mapping[str, str]) -> Self:
        """The same with what a reader of the page verifies its electronic form by."""
        return self._with(verification=verification)

    def _with(self, **facts: object) -> Self:
        changed = copy(self)
        changed._facts = MappingProxyType({**self._facts, **facts})  # noqa: SLF001  its own class
        return changed


def refused(field: str, problem: str) -> InvalidInput:
    """The error for a field of a model that will not do."""
    return InvalidInput(f"{field}: {problem}", field=field)


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _dates_as_text(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_dates_as_text(part) for part in value]
    return value


def money_of(currency: str, amount: Decimal, field: str) -> dict[str, Any]:
    """An amount as models have it. Raises InvalidInput naming the field when the currency has fewer decimals."""
    exact = amount.quantize(Decimal(1).scaleb(-exponent(currency)))
    if amount != exact:
        raise refused(field, f"{amount} has more decimals than {currency} has")
    return {"currency": currency, "amount": exact}
