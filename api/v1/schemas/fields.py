"""Field types that accept exactly what their JSON Schema says: no guessing from strings, no rounding, no floats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import marshmallow as ma
from marshmallow import validate
from typing_extensions import override

from engine.errors import InvalidInput
from engine.facts.catalogue import INTEGER_LIMIT
from engine.money import Money, require_decimals

AMOUNT_PATTERN: Final = r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,3})?$"
CURRENCY_PATTERN: Final = r"^[A-Z]{3}$"
#: From a year before any book to one that leaves room for every wait and limitation period.
DAY_PATTERN: Final = r"^(19[0-9]{2}|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
#: Anything but control characters; a key or a word fits on a line.
TEXT_PATTERN: Final = r"^[^\x00-\x1f\x7f]+$"

_AMOUNT: Final = re.compile(AMOUNT_PATTERN, re.ASCII)
_CURRENCY: Final = re.compile(CURRENCY_PATTERN, re.ASCII)
_DAY: Final = re.compile(DAY_PATTERN, re.ASCII)


class WholeNumber(ma.fields.Field[int]):
    """A JSON number without a fraction; true and false are none."""

    def __init__(self, *, low: int = -INTEGER_LIMIT, high: int = INTEGER_LIMIT, **options: Any) -> None:
        self.low, self.high = low, high
        super().__init__(metadata=_described({"type": "integer", "minimum": low, "maximum": high}, options), **options)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ma.ValidationError("Needs a whole number.")
        if not self.low <= value <= self.high:
            raise ma.ValidationError(f"Needs a number from {self.low} to {self.high}.")
        return value


class Flag(ma.fields.Field[bool]):
    """true or false."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata=_described({"type": "boolean"}, options), **options)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ma.ValidationError("Needs true or false.")
        return value


class Day(ma.fields.Field[date]):
    """A date as YYYY-MM-DD, from 1900 to 2199."""

    def __init__(self, **options: Any) -> None:
        described = {"type": "string", "format": "date", "pattern": DAY_PATTERN, "examples": ["2026-12-31"]}
        super().__init__(metadata=_described(described, options), **options)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.match(value):
            raise ma.ValidationError("Needs a date such as 2026-12-31, from 1900 to 2199.")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ma.ValidationError("This day does not exist.") from error

    @override
    def _serialize(self, value: date | str | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class WrittenAmount:
    """A decimal amount in major units; `currency` None means that of the context."""

    amount: Decimal
    currency: str | None = None

    def minor(self, currency: str) -> int:
        """Minor units of the currency. Raises ValidationError for another currency or too many decimals."""
        if self.currency not in {None, currency}:
            raise ma.ValidationError(f"Needs an amount in {currency}, not in {self.currency}.")
        try:
            require_decimals(-int(self.amount.as_tuple().exponent), currency, str(self.amount))
        except InvalidInput as error:
            raise ma.ValidationError(str(error)) from error
        return Money.of(self.amount, currency).minor


class Amount(ma.fields.Field[WrittenAmount]):
    """Money: a decimal string in the currency of the context, or an object with amount and currency."""

    def __init__(self, **options: Any) -> None:
        written = {"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["1234.50"]}
        with_currency = {
            "type": "object",
            "properties": {"amount": written, "currency": {"type": "string", "pattern": CURRENCY_PATTERN}},
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }
        either: list[dict[str, Any]] = [written, with_currency]
        if options.get("allow_none"):
            either.append({"type": "null"})
        super().__init__(metadata=_described({"oneOf": either}, options), **options)

    @override
    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> WrittenAmount:
        if isinstance(value, dict):
            if set(value) != {"amount", "currency"}:
                raise ma.ValidationError("Needs exactly 'amount' and 'currency'.")
            if not isinstance(value["currency"], str) or not _CURRENCY.match(value["currency"]):
                raise ma.ValidationError("Needs a currency of three capital letters, such as PLN.")
            return WrittenAmount(_decimal(value["amount"]), value["currency"])
        return WrittenAmount(_decimal(value))


def word(**options: Any) -> ma.fields.String:
    """A key, name or reason on one line: 1 to 200 characters."""
    longest = options.pop("longest", 200)
    checks = [validate.Length(1, longest), validate.Regexp(TEXT_PATTERN, error="Control characters are not allowed.")]
    return ma.fields.String(validate=checks, metadata=_described({}, options), **options)


def currency(**options: Any) -> ma.fields.String:
    """An ISO 4217 code."""
    check = validate.Regexp(CURRENCY_PATTERN, error="Needs a currency of three capital letters, such as PLN.")
    return ma.fields.String(validate=check, metadata=_described({"examples": ["PLN"]}, options), **options)


def choice(*choices: str, **options: Any) -> ma.fields.String:
    """One of some words."""
    return ma.fields.String(validate=validate.OneOf(choices), metadata=_described({}, options), **options)


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, str) or not _AMOUNT.match(value):
        raise ma.ValidationError(
            "Needs an amount as a string, such as '1234.50', with at most 12 digits before the point."
        )
    return Decimal(value)


def _described(schema: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Take `description` out of the options; apispec itself tells of null where a type is named."""
    if "description" in options:
        schema = schema | {"description": options.pop("description")}
    return schema
