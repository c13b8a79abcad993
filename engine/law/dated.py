"""Values of the law with the days on which they hold, their source, and the day to which they were verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Generic, Literal, TypeAlias, TypeVar

from engine.errors import InvalidInput, ParameterMissing, ParameterNotVerified

T = TypeVar("T")

#: A: official text or two agreeing sources; B: one source; C: general knowledge, to be reviewed.
Confidence = Literal["A", "B", "C"]
#: A text in Polish and English, by language code.
Texts: TypeAlias = Mapping[str, str]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Valid(Generic[T]):
    """A value that holds from `first` to `last`, both included; `last` None: until a later value begins."""

    value: T
    first: date
    last: date | None
    source: str
    confidence: Confidence

    def covers(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """One number of the law over time. `name`: with its jurisdiction, such as `pl.statutory_delay`. `basis`: article
    and act. `values`: by first day, without overlap. `never`: kinds of debtor that never owe it."""

    name: str
    basis: Texts
    verified_to: date
    values: tuple[Valid[T], ...]
    title: Texts = field(default_factory=dict)
    never: tuple[str, ...] = ()

    def on(self, day: date) -> Valid[T]:
        """The value on a day. Raises ParameterNotVerified past `verified_to`, ParameterMissing where there is none."""
        if day > self.verified_to:
            raise ParameterNotVerified(self.name, day, self.verified_to)
        for value in self.values:
            if value.covers(day):
                return value
        raise ParameterMissing(self.name, day)

    def over(self, first: date, last: date) -> Iterator[tuple[date, date, Valid[T]]]:
        """First day, last day and value of every stretch of a period, in order; nothing when it is empty.

        Raises ParameterNotVerified and ParameterMissing when one of its days has no verified value.
        """
        if first <= last and last > self.verified_to:
            raise ParameterNotVerified(self.name, last, self.verified_to)
        while first <= last:
            value = self.on(first)
            end = last if value.last is None else min(last, value.last)
            yield first, end, value
            first = end + DAY

    def require_debtor(self, kind: str) -> None:
        """Raises InvalidInput when it is never claimed from debtors of a kind (CUSTOMER_KINDS)."""
        if kind in self.never:
            raise InvalidInput(f"'{self.name}' is never claimed from a {kind} ({self.basis['en']}).", field="debtor")
