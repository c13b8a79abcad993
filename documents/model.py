"""The model of a document: what the sender, the customer and the books say, as plain data.

A model is made of dict, list, str, int, Decimal and date only, so that a template can read it and do nothing else.
What can be computed (days past due, deadline, totals) is computed when it is checked and cannot be passed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError

from engine.errors import InvalidInput
from engine.money import exponent

#: A checked model: nested dict, list, str, int, Decimal, date and None.
Model = dict[str, Any]


class Charge(NamedTuple):
    """What a document charges, major units of `currency`; a note without tax has no `vat`."""

    currency: str
    net: Decimal
    vat: Decimal
    gross: Decimal
    due_date: dt.date | None


class ModelSchema(Schema):
    """What a kind of document is made from."""

    def charge(self, model: Model) -> Charge | None:
        """What a checked model charges the customer; None for a document that charges nothing by itself."""
        del model
        return None

    def tabular(self, model: Model) -> bytes | None:
        """A checked model as CSV; None for a kind that has no such form."""
        del model
        return None

    def derive(self, model: Model) -> Model:
        """The checked model with what follows from it. Raises InvalidInput naming the field."""
        raise NotImplementedError


def load_model(schema: type[ModelSchema], data: Mapping[str, object]) -> Model:
    """Check a model and add what follows from it (`ModelSchema.derive`).

    Dates may be dates or ISO text, amounts Decimal or text. Raises InvalidInput naming the field.
    """
    checker = schema()
    try:
        model: Model = checker.load(_dates_as_text(data))
    except ValidationError as error:
        raise refused(*first_problem(error.messages_dict)) from error
    return checker.derive(model)


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


def first_problem(messages: Mapping[str, Any]) -> tuple[str, str]:
    """Path and text of the first problem in marshmallow's nested messages: ('rows.0.open', 'Not a ...')."""
    path: list[str] = []
    current: Any = messages
    while isinstance(current, Mapping):
        key = min(current, key=str)
        path.append(str(key))
        current = current[key]
    return ".".join(path), str(current[0] if isinstance(current, list) else current)
