"""What is asked of the world outside, as protocols. Adapters implement them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

#: A transaction of the store behind the ports. Whoever is given one hands it on and does not look into it.
Transaction: TypeAlias = Any


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """The moment, timezone-aware."""
        ...


class RateTable(Protocol):
    """Official exchange rates (NBP table A mid rates, PLN per unit)."""

    def rate(self, currency: str, day: date) -> Decimal | None:
        """PLN for one unit of the currency on the last working day before `day`; None when not known. PLN is 1."""
        ...
