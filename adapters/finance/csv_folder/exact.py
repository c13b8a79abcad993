"""Amounts held against their currency: its decimals, and the sign that stands beside the number."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from adapters.finance.csv_folder.cells import CellProblem, Read, Take
from adapters.finance.csv_folder.notation.currencies import currencies_of
from engine.money import exponent

#: Field that says the currency of an amount where it is not `currency`. None: the books' own.
CURRENCY_OF: Final[Mapping[str, str | None]] = {"credit_limit": "credit_currency", "ledger_amount": None}


def exact(read: Read, currency: Read, label: str, *, ledger: str, rounded: bool) -> Read:
    """An amount with no more decimals than its currency has: others are rounded half away from zero, or a problem.

    Where the currency cannot be known, rounding takes the books' own, and nothing is refused here.
    """

    def amount(line: list[str]) -> Decimal | None:
        value = read(line)
        if not isinstance(value, Decimal):
            return None
        places = -int(value.as_tuple().exponent)
        if not places:
            return value
        code = currency(line)
        digits = exponent(str(code or ledger))
        if places <= digits:
            return value
        nearest = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if rounded:
            return nearest
        # three digits behind a mark are as often thousands: 1.000 is not taken for one
        if code and (nearest != value or places == 3):
            raise CellProblem(_reason(str(code), places), column=label, value=str(value))
        return value

    return amount


def _reason(currency: str, places: int) -> str:
    meant = " (are they thousands? then say so)" if places == 3 else ""
    return f"more decimals than {currency} has{meant}; decimals: round in the mapping rounds them"


def same_currency(read: Read, currency: Read, raw: Take, label: str) -> Read:
    """An amount whose sign of a currency, where it has one, is that of its line."""

    def amount(line: list[str]) -> object:
        value = read(line)
        text = raw(line)
        meant, code = currencies_of(text.strip("()+- \u00a0")), currency(line)
        if value is not None and meant and code is not None and code not in meant:
            said = " or ".join(sorted(meant))
            raise CellProblem(f"the amount says {said}, the line {code}", column=label, value=text)
        return value

    return amount  # type: ignore[return-value]  # what read gives, unchanged


def nothing(_line: list[str]) -> None:
    """The currency of a line that names none."""
