from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from documents.text.formats import formats

_NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "currency", "amount", "written"),
    [
        ("pl", "PLN", "1234.56", f"1{_NB}234,56{_NB}zł"),
        ("pl", "EUR", "0.05", f"0,05{_NB}€"),
        ("en", "PLN", "1234.56", f"PLN{_NB}1,234.56"),
        ("en", "JPY", "1234567", f"JPY{_NB}1,234,567"),
        ("pl", "KWD", "1.5", f"1,500{_NB}KWD"),
        ("de", "EUR", "1234.56", f"1.234,56{_NB}€"),
        ("de", "PLN", "-1234567.8", f"-1.234.567,80{_NB}PLN"),
        ("de", "KWD", "1.5", f"1,500{_NB}KWD"),
    ],
)
def test_amounts_are_written_as_people_write_them(language: str, currency: str, amount: str, written: str) -> None:
    assert formats(language).money({"currency": currency, "amount": Decimal(amount)}) == written


def test_an_amount_that_is_not_exact_is_refused() -> None:
    with pytest.raises(TypeError):
        formats("pl").money({"currency": "PLN", "amount": 1.5})


def test_dates_are_written_in_words_and_short() -> None:
    day = dt.date(2026, 3, 5)
    assert formats("pl").date(day) == f"5{_NB}marca 2026"
    assert formats("en").date(day) == f"5{_NB}March 2026"
    assert formats("de").date(day) == f"5.{_NB}März 2026"
    assert formats("de").date(dt.date(2026, 11, 24)) == f"24.{_NB}November 2026"
    assert formats("pl").short_date(day) == "05.03.2026"
    assert formats("en").short_date(day) == "5 Mar 2026"
    assert formats("de").short_date(day) == "05.03.2026"


@pytest.mark.parametrize(
    ("count", "polish", "english", "german"),
    [
        (0, "dni", "days", "Tage"),
        (1, "dzień", "day", "Tag"),
        (2, "dni", "days", "Tage"),
        (5, "dni", "days", "Tage"),
        (22, "dni", "days", "Tage"),
    ],
)
def test_days_are_counted_with_the_right_word(count: int, polish: str, english: str, german: str) -> None:
    assert formats("de").count_days(count) == f"{count}{_NB}{german}"
    assert formats("pl").count_days(count) == f"{count}{_NB}{polish}"
    assert formats("en").count_days(count) == f"{count}{_NB}{english}"


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (1, "faktura"),
        (2, "faktury"),
        (4, "faktury"),
        (5, "faktur"),
        (12, "faktur"),
        (21, "faktur"),
        (24, "faktury"),
        (112, "faktur"),
        (122, "faktury"),
    ],
)
def test_polish_plurals_follow_the_last_digits(count: int, form: str) -> None:
    assert formats("pl").plural(count, one="faktura", few="faktury", many="faktur") == form


@pytest.mark.parametrize("value", [None, "2026-03-05", 5, {}])
def test_what_is_no_day_is_refused(value: Any) -> None:
    for write in (formats("pl").date, formats("pl").short_date):
        with pytest.raises(TypeError, match="is no day"):
            write(value)
