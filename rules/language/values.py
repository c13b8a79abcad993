"""One written value into the engine's form, judged by the type of its fact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.errors import InvalidInput
from engine.facts.catalogue import INTEGER_LIMIT, Fact
from engine.money import parse_money
from rules.language.problems import did_you_mean

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EXAMPLES: Final[Mapping[str, str]] = {
    "money": "'50 PLN'",
    "days": "14",
    "count": "3",
    "percent": "90",
    "date": "2026-12-31",
    "flag": "yes",
    "text": "a word",
}
_WHAT: Final[Mapping[str, str]] = {
    "money": "an amount with its currency",
    "days": "a whole number of days",
    "count": "a whole number",
    "percent": "a whole number of percent",
    "date": "a date",
    "flag": "yes or no",
    "text": "text",
}


def example(fact: Fact, currency: str | None = None) -> str:
    """A right value for the fact, as an author would write it."""
    if fact.type == "choice":
        return fact.choices[0]
    if fact.type == "money":
        return f"'50 {currency}'" if currency else "0"
    return _EXAMPLES[fact.type]


def read_value(fact: Fact, raw: Any, currency: str | None) -> int | bool | str:
    """A written value of a fact: money in minor units, dates as ordinals, days, counts and percent as integers.

    currency: the ledger currency that amounts must be in; None where none is known (guards): then only 0 is an amount.
    Raises InvalidInput naming the fact, what it needs and an example.
    """
    if fact.type == "money":
        return _money(fact, raw, currency)
    if fact.type == "date":
        return _date(fact, raw)
    if fact.type == "choice":
        return _choice(fact, raw)
    if fact.type == "flag":
        if not isinstance(raw, bool):
            raise _wrong(fact, raw, currency)
        return raw
    if fact.type == "text":
        return _text(fact, raw)
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise _wrong(fact, raw, currency)
    return _within(fact, raw)


def _shown(raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if raw is None:
        return "empty"
    return "a mapping" if isinstance(raw, dict) else "a list" if isinstance(raw, list) else repr(raw)


def _wrong(fact: Fact, raw: Any, currency: str | None) -> InvalidInput:
    return InvalidInput(
        f"'{fact.name}' needs {_WHAT[fact.type]}, such as {example(fact, currency)}; here it is {_shown(raw)}.",
        field=fact.name,
    )


def _within(fact: Fact, number: int) -> int:
    if abs(number) > INTEGER_LIMIT:
        raise InvalidInput(f"'{fact.name}' is beyond the largest number allowed (10^15).", field=fact.name)
    return number


def _money(fact: Fact, raw: Any, currency: str | None) -> int:
    if raw == 0 and not isinstance(raw, bool):
        return 0
    if currency is None:
        raise InvalidInput(
            f"'{fact.name}' can only be compared with 0 in a guard, which knows no currency.", field=fact.name
        )
    if not isinstance(raw, str):
        raise _wrong(fact, raw, currency)
    try:
        money = parse_money(raw)
    except InvalidInput as error:
        raise InvalidInput(f"'{fact.name}': {error}", field=fact.name) from error
    if money.currency != currency:
        raise InvalidInput(
            f"'{fact.name}' must be in the ledger currency {currency}; here it is {money.currency}.", field=fact.name
        )
    return _within(fact, money.minor)


def _date(fact: Fact, raw: Any) -> int:
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise _wrong(fact, raw, None)
    try:
        return date.fromisoformat(raw).toordinal()
    except ValueError as error:
        raise InvalidInput(f"'{fact.name}' is a day that does not exist: {raw}.", field=fact.name) from error


def _choice(fact: Fact, raw: Any) -> str:
    if raw not in fact.choices:
        hint = did_you_mean(raw, fact.choices)
        raise InvalidInput(f"'{fact.name}' cannot be {_shown(raw)}. {hint}", field=fact.name)
    return str(raw)


def _text(fact: Fact, raw: Any) -> str:
    if not isinstance(raw, str):
        quoted = "; put it in quotes to make it text" if isinstance(raw, int) else ""
        raise InvalidInput(f"'{fact.name}' needs text; here it is {_shown(raw)}{quoted}.", field=fact.name)
    if not raw.strip():
        raise InvalidInput(f"'{fact.name}' needs text; here it is empty.", field=fact.name)
    return raw
