"""Numbers, days and flags of a model are written in one way; every other spelling is refused, not guessed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from marshmallow import ValidationError

from documents.fields import Amount, Day, Flag, Number, Whole


@pytest.mark.parametrize("written", ["0", "12", "12.5", "12.50", "-0.01", "999999999999999.99", 7, Decimal("7.10")])
def test_an_amount_is_digits_with_at_most_one_dot(written: object) -> None:
    assert Amount().read(written) == Decimal(str(written))


_NO_NUMBER = [
    "1_0",
    "1e3",
    "1E3",
    " 10",
    "10 ",
    "+5",
    ".5",
    "5.",
    "-.5",
    "--5",
    "1.2.3",
    "1,5",
    "1 000",
    "1\xa0000",
    "010",
    "00.5",
    "0x10",
    "12:30",
    "NaN",
    "sNaN",
    "Infinity",
    "-inf",
    "",
    "-",
    "١٢",
    "１２",
    "1٠",
    "²",
    "−5",
    "10\n",
]


@pytest.mark.parametrize("written", _NO_NUMBER)
def test_every_other_spelling_of_an_amount_is_refused(written: str) -> None:
    for field in (Amount(), Number(places=6), Whole()):
        with pytest.raises(ValidationError, match="digits"):
            field.read(written)


@pytest.mark.parametrize("value", [2.5, True, None, [], Decimal("NaN"), Decimal("Infinity"), 10**15, "1" + "0" * 15])
def test_what_is_no_exact_amount_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Amount().read(value)


def test_a_whole_number_has_no_dot() -> None:
    assert [Whole().read(value) for value in (14, "14", "0", "-3")] == [14, 14, 0, -3]
    for value in ("14.0", 14.0, True, None, "9" * 19):
        with pytest.raises(ValidationError, match="whole number"):
            Whole().read(value)


def test_a_flag_is_true_or_false_and_no_other_word() -> None:
    assert [Flag().read(value) for value in (True, False, "true", "false")] == [True, False, True, False]
    for value in ("yes", "no", "on", "off", "y", "1", "0", "True", 1, 0, None, ""):
        with pytest.raises(ValidationError, match="neither true nor false"):
            Flag().read(value)


def test_a_day_is_written_in_full() -> None:
    assert Day().read("2026-11-30") == dt.date(2026, 11, 30)
    for value in (
        "2026-11-31",
        "2026-1-5",
        "20261130",
        "30.11.2026",
        "2026-11-30T10:00:00",
        "２０２６-11-30",
        "0000-01-01",
        5,
    ):
        with pytest.raises(ValidationError, match="write it as 2026-11-30"):
            Day().read(value)
