"""Rates from a CSV file with the columns day, currency, rate: PLN for one unit, a decimal point, ISO dates."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from engine.errors import InvalidInput

#: No two publications are further apart; an older rate is not the last one but a hole in the file.
LONGEST_GAP: Final = 10


class CsvRates:
    """Implements engine.ports.RateTable. The file must hold every publication: a gap is not bridged over 10 days.

    Raises InvalidInput, with `field` the column, for a line that is wrong or comes twice.
    """

    def __init__(self, path: Path) -> None:
        self._rates: dict[tuple[str, date], Decimal] = {}
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"day", "currency", "rate"} - set(reader.fieldnames or ())
            if missing:
                raise InvalidInput(f"{path.name} has no column {', '.join(sorted(missing))}.", field=min(missing))
            for row in reader:
                self._add(f"{path.name} line {reader.line_num}", row)

    def _add(self, where: str, row: dict[str, str | None]) -> None:
        try:
            day = date.fromisoformat((row["day"] or "").strip())
        except ValueError as error:
            raise InvalidInput(f"{where}: '{row['day']}' is not a day such as 2026-10-26.", field="day") from error
        currency = (row["currency"] or "").strip()
        if len(currency) != 3 or not currency.isascii() or not currency.isupper():
            raise InvalidInput(f"{where}: '{currency}' is not an ISO 4217 code.", field="currency")
        try:
            rate = Decimal((row["rate"] or "").strip())
        except InvalidOperation as error:
            raise InvalidInput(f"{where}: '{row['rate']}' is not a number.", field="rate") from error
        if not rate.is_finite() or rate <= 0:
            raise InvalidInput(f"{where}: a rate must be above 0, not {rate}.", field="rate")
        if (currency, day) in self._rates:
            raise InvalidInput(f"{where}: {currency} on {day} comes twice.", field="day")
        self._rates[currency, day] = rate

    def rate(self, currency: str, day: date) -> Decimal | None:
        """PLN for one unit, of the last day in the file before `day`, at most 10 days back; None when not known."""
        if currency == "PLN":
            return Decimal(1)
        days = (day - timedelta(days=back) for back in range(1, LONGEST_GAP + 1))
        return next((self._rates[currency, past] for past in days if (currency, past) in self._rates), None)
