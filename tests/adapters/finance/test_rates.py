"""Rates and working days, against values printed elsewhere."""

from __future__ import annotations

import socket
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.finance.rates.csv_rates import CsvRates
from adapters.finance.rates.nbp import NbpRates
from adapters.finance.working_days import WorkingDays
from engine.errors import InvalidInput
from engine.ports import RateTable
from rules.parameters.loading import known_law, read_law

WORKING = WorkingDays(known_law)


@pytest.mark.parametrize(
    ("currency", "day", "rate"),
    [
        ("EUR", date(2024, 5, 2), "4.3213"),  # 1 May is a holiday: table of 30 April
        ("EUR", date(2025, 12, 29), "4.2274"),  # Christmas: table of 23 December
        ("EUR", date(2026, 1, 19), "4.2192"),
        ("EUR", date(2026, 10, 27), "4.4026"),
        ("PLN", date(2026, 10, 27), "1"),
    ],
)
def test_the_rate_is_that_of_the_last_working_day_before(currency: str, day: date, rate: str) -> None:
    assert NbpRates().rate(currency, day) == Decimal(rate)


def test_a_table_the_package_does_not_know_yet_is_not_replaced_by_an_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    rates: RateTable = NbpRates()
    assert rates.rate("EUR", date(2036, 11, 20)) is None
    assert rates.rate("EUR", date(2099, 1, 1)) is None


def test_a_working_day_without_a_table_long_ago_is_bridged() -> None:
    assert NbpRates().rate("USD", date(2005, 4, 9)) == NbpRates().rate("USD", date(2005, 4, 8))


def test_currencies_outside_table_a_have_no_rate() -> None:
    assert NbpRates().rate("AED", date(2026, 10, 22)) is None
    assert NbpRates().rate("ZZZ", date(2026, 10, 22)) is None
    assert NbpRates().rate("ITL", date(2026, 10, 22)) is None


def test_a_rate_file_answers_like_the_package(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("day,currency,rate\n2026-10-23,EUR,4.3917\n2026-10-26,EUR,4.4026\n", "utf-8")
    rates: RateTable = CsvRates(path)
    assert rates.rate("EUR", date(2026, 10, 26)) == Decimal("4.3917")
    assert rates.rate("EUR", date(2026, 11, 5)) == Decimal("4.4026")
    assert rates.rate("EUR", date(2026, 11, 6)) is None
    assert rates.rate("USD", date(2026, 10, 26)) is None
    assert rates.rate("PLN", date(2026, 10, 26)) == 1


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("day,rate\n", "currency"),
        ("day,currency,rate\n26.10.2026,EUR,4.40\n", "day"),
        ("day,currency,rate\n2026-10-26,euro,4.40\n", "currency"),
        ('day,currency,rate\n2026-10-26,EUR,"4,40"\n', "rate"),
        ("day,currency,rate\n2026-10-26,EUR,0\n", "rate"),
        ("day,currency,rate\n2026-10-26,EUR,NaN\n", "rate"),
        ("day,currency,rate\n2026-10-26,EUR,4.40\n2026-10-26,EUR,4.41\n", "day"),
    ],
)
def test_a_wrong_rate_file_is_refused(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidInput) as raised:
        CsvRates(path)
    assert raised.value.field == field


def test_working_days_of_poland() -> None:
    assert [WORKING(date(2026, 11, n), "PL") for n in (10, 11, 14, 15, 16)] == [True, False, False, False, True]
    assert not WORKING(date(2025, 12, 24), "PL")
    assert WORKING(date(2024, 12, 24), "PL")
    assert WORKING(date(2026, 11, 11), "DE")


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(InvalidInput, match="XX"):
        WORKING(date(2026, 11, 10), "XX")


def test_where_the_law_has_days_off_it_decides_and_the_package_elsewhere() -> None:
    law = read_law([("days_off.yaml", CALENDAR)])
    working = WorkingDays(lambda name: law if name == "pl" else None)
    assert not working(date(2026, 11, 10), "PL")  # a day off by this law alone
    assert working(date(2026, 11, 11), "PL")  # and none by this law, though one by the package
    assert not working(date(2027, 11, 11), "PL")  # of another year the law says nothing
    assert not working(date(2026, 10, 3), "DE")


CALENDAR = """
jurisdiction: pl
parameters: []
calendar:
  basis: an act
  source: an act
  from: 2026-01-01
  verified_to: 2026-12-31
  saturdays_from: 2026-01-01
  days_off:
    - {day: 2026-11-10, name: a day off}
"""
