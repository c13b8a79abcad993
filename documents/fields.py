"""Field types of message models: clean text, exact amounts, account numbers."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from marshmallow import ValidationError, fields, validate
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from documents.identifiers import krs, nip, pesel

T = TypeVar("T")

#: Numbers are written with ASCII digits and one dot. A zero in front is refused: YAML 1.1, C and people read it as 8.
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?")
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLAGS: Final = {"true": True, "false": False}


class _Read(fields.Field[T], Generic[T]):
    """A field whose value `read` makes from what was given."""

    def read(self, value: object) -> T:
        """The value; each field reads in its own way. Raises ValidationError."""
        raise NotImplementedError

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> T:
        del attr, data, kwargs
        return self.read(value)


def clean_line(value: object) -> str:
    """One line of text: runs of white space become one blank; other control characters and what is no character at
    all are refused, because they would reach mail headers, pages and XML. Raises ValidationError."""
    if not isinstance(value, str):
        raise ValidationError("Not a text.")
    text = " ".join(value.split())
    if any(unicodedata.category(character) in {"Cc", "Cs"} or character in "\ufffe\uffff" for character in text):
        raise ValidationError("Control characters are not text.")
    return text


class Line(_Read[str]):
    """One line of text, not empty, at most `longest` characters."""

    def __init__(self, *, longest: int = 300, **options: Any) -> None:
        super().__init__(validate=validate.Length(min=1, max=longest), **options)

    def read(self, value: object) -> str:
        """The line, cleaned."""
        return clean_line(value)


class Address(_Read[list[str]]):
    """A postal address as lines: a list, or one text split at line ends, or at commas when it has but one line."""

    def read(self, value: object) -> list[str]:
        """The lines that are not empty."""
        if isinstance(value, str):
            value = value.splitlines() if "\n" in value.strip() else value.split(",")
        if not isinstance(value, list):
            raise ValidationError("Write an address as text or as a list of lines.")
        return [line for line in map(clean_line, value) if line]


class Amount(_Read[Decimal]):
    """An exact amount in major units: Decimal, integer, or text of digits with at most one dot; a float is refused."""

    def read(self, value: object) -> Decimal:
        """The amount."""
        if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
            raise ValidationError("An amount is a decimal number written as text, such as '12.50'.")
        if isinstance(value, str) and not _DECIMAL.fullmatch(value):
            raise ValidationError(f"'{value}' is not an amount: write digits and at most one dot, such as '12.50'.")
        amount = Decimal(value)
        if not amount.is_finite() or abs(amount) >= 10**15:
            raise ValidationError(f"'{value}' is not an amount below 1000000000000000.")
        return amount


class Whole(_Read[int]):
    """A whole number: an integer, or text of digits."""

    def read(self, value: object) -> int:
        """The number."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            return int(value)
        raise ValidationError(f"'{value}' is not a whole number: write digits alone, such as 14.")


class Flag(_Read[bool]):
    """True or false, also as these words; no others, which mean different things to different readers."""

    def read(self, value: object) -> bool:
        """Which of them."""
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in _FLAGS:
            return _FLAGS[value]
        raise ValidationError(f"'{value}' is neither true nor false.")


class Day(_Read[dt.date]):
    """A day, as text of the form 2026-11-30."""

    def read(self, value: object) -> dt.date:
        """The day."""
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return dt.date.fromisoformat(value)
        except ValueError:
            pass  # said below
        raise ValidationError(f"'{value}' is not a day: write it as 2026-11-30.")


class Currency(fields.String):
    """An ISO 4217 code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Regexp(r"\A[A-Z]{3}\Z", error="Write an ISO 4217 code."), **options)


class Number(_Read[Decimal]):
    """An exact number with at most `places` decimals, given as Decimal, integer or decimal text."""

    def __init__(self, *, places: int, **options: Any) -> None:
        super().__init__(**options)
        self.places = places

    def read(self, value: object) -> Decimal:
        """The number."""
        number = Amount().read(value)
        if number != round(number, self.places):
            raise ValidationError(f"'{number}' has more than {self.places} decimals.")
        return number


class Iban(_Read[str]):
    """An account number, without blanks: checksum and the format of its country are looked at (ISO 13616).

    A letter with a mistyped account sends money astray.
    """

    def read(self, value: object) -> str:
        """The number in capitals."""
        try:
            return IBAN(clean_line(value)).compact
        except SchwiftyException as error:
            raise ValidationError(f"'{value}' is not an IBAN: {error}.") from None


class Nip(Line):
    """A Polish tax number."""

    def read(self, value: object) -> str:
        """Its ten digits."""
        return nip(clean_line(value))


class Pesel(Line):
    """A Polish person's number."""

    def read(self, value: object) -> str:
        """Its eleven digits."""
        return pesel(clean_line(value))


class Krs(Line):
    """A number in the Polish court register."""

    def read(self, value: object) -> str:
        """Its ten digits."""
        return krs(clean_line(value))
