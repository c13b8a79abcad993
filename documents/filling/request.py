"""A document that is asked for, and what every filling takes from the request itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from engine.errors import InvalidInput
from engine.law.policy import Policy


@dataclass(frozen=True, slots=True)
class Buyer:
    """`printed`: as the invoice model takes it; `language`: the customer's language code."""

    printed: Mapping[str, Any]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A document that is asked for.

    `customer`: the key; `buyer`: the customer's particulars out of the books. `sender`, `policy` and `deadline_days`
    (days to pay in) are the company's. `given`: what the person wrote, which stays as it is. `as_of`: the business day
    of `at`.
    """

    kind: str
    source: str
    customer: str
    sender: Mapping[str, Any]
    policy: Policy
    deadline_days: int
    buyer: Buyer
    given: Mapping[str, Any]
    as_of: date
    at: datetime

    def giving(self, given: Mapping[str, Any]) -> Self:
        """The same request with other particulars."""
        return replace(self, given=given)

    def letter(self) -> dict[str, Any]:
        """What every letter has: sender, recipient and day."""
        printed = {name: self.buyer.printed[name] for name in ("key", "name", "address", "tax_id")}
        return {"sender": dict(self.sender), "customer": printed, "as_of": self.as_of, **self.given}


def day_of(value: object) -> date | None:
    """A day of YAML, or the text of one as JSON has it; None for anything else."""
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def day_to(value: object, field: str, latest: date) -> date:
    """A day that is not after another. Raises InvalidInput naming the field."""
    day = day_of(value)
    if day is None or day > latest:
        raise InvalidInput(f"{field}: write a day, {latest} or before.", field=field)
    return day


def not_given(given: Mapping[str, Any], *names: str) -> None:
    """Raises InvalidInput for what is taken from the books and the law alone."""
    for name in names:
        if name in given:
            raise InvalidInput(f"{name}: is filled in from the books; leave it out.", field=name)
