"""Cleanings mend what people's systems do to texts, and refuse what could only be guessed."""

from __future__ import annotations

import pytest

from adapters.finance.csv_folder.notation.clean import CLEANINGS, Cleaning, cleaner


def _clean(text: str, *names: str, mark: str = ",", words: tuple[str, ...] = (), zone: str | None = None) -> str:
    return cleaner([Cleaning(name, words, zone) for name in names], mark)(text)


@pytest.mark.parametrize(
    ("names", "text", "cleaned"),
    [
        (["no_leading_zeros"], "0140105686", "140105686"),
        (["no_leading_zeros"], "00AB12", "AB12"),
        (["no_leading_zeros"], "CC3411", "CC3411"),
        (["no_leading_zeros"], "0000", "0"),
        (["no_leading_zeros"], "0/12", "0/12"),
        (["whole_number"], "1930438491.0", "1930438491"),
        (["whole_number"], "1930438491,000", "1930438491"),
        (["whole_number"], "K.0", "K.0"),
        (["whole_number"], "FV/1.0", "FV/1.0"),
        (["whole_number", "no_leading_zeros"], "00123.0", "123"),
        (["no_leading_zeros", "whole_number"], "00123.0", "123"),
        (["trailing_minus"], "5,00-", "-5,00"),
        (["trailing_minus"], "1.234,00 -", "-1.234,00"),
        (["trailing_minus"], "5,00+", "5,00"),
        (["trailing_minus"], "5,00", "5,00"),
        (["brackets_minus"], "(120.00)", "-120.00"),
        (["brackets_minus"], "( 120.00 )", "-120.00"),
        (["unicode_minus"], "\u22125,00", "-5,00"),
        (["unicode_minus"], "\u2013 5,00", "-5,00"),
        (["unicode_minus", "trailing_minus"], "5,00\u2212", "-5,00"),
        (["currency_sign"], "5,00 zł", "5,00"),
        (["currency_sign"], "5,00\u00a0ZŁ", "5,00"),
        (["currency_sign"], "PLN 5,00", "5,00"),
        (["currency_sign"], "1.355,90€", "1.355,90"),
        (["currency_sign"], "$5.00", "5.00"),
        (["currency_sign"], "-$5.00", "-5.00"),
        (["currency_sign"], "US$ -5.00", "-5.00"),
        (["currency_sign"], "5,00 Kč", "5,00"),
        (["currency_sign", "trailing_minus"], "5,00- zł", "-5,00"),
        (["brackets_minus", "currency_sign"], "(5,00 zł)", "-5,00"),
        (["brackets_minus", "currency_sign"], "(5,00) EUR", "-5,00"),
        (["cents"], "123456", "1234,56"),
        (["cents"], "-5", "-0,05"),
        (["cents", "trailing_minus"], "100-", "-1,00"),
        (["tax_id"], "PL 521-345-67-89", "5213456789"),
        (["tax_id"], "NIP: 521 345 67 89", "5213456789"),
        (["tax_id"], "de 123456789", "DE123456789"),
        (["tax_id", "whole_number"], "5213456789.0", "5213456789"),
        (["upper"], "k-1 ż", "K-1 Ż"),
        (["blanks"], "ACME\u00a0 sp.\t z\u2009o.o.\u200b", "ACME sp. z o.o."),
        (["day"], "2020-05-01 00:00:00.000000000", "2020-05-01"),
        (["day"], "2020-05-01T23:59:59", "2020-05-01"),
        (["day"], "01.05.2020 7:05", "01.05.2020"),
        (["day"], "5/1/2020 12:00:00 AM", "5/1/2020"),
        (["day"], "20200501T120000", "20200501"),
        (["day"], "2020-05-01", "2020-05-01"),
        (["day"], "1 maja 2020", "1 maja 2020"),
    ],
)
def test_a_text_is_mended(names: list[str], text: str, cleaned: str) -> None:
    assert _clean(text, *names) == cleaned


@pytest.mark.parametrize(
    ("names", "text", "reason"),
    [
        (["whole_number"], "12.5", "not a whole number"),
        (["whole_number"], "1.930438e+09", "not a whole number"),
        (["whole_number"], "1,93E+09", "not a whole number"),
        (["brackets_minus"], "(-5,00)", "two signs"),
        (["trailing_minus"], "-5,00-", "two signs"),
        (["trailing_minus", "brackets_minus"], "(5,00-)", "two signs"),
        (["unicode_minus"], "-\u22125,00", "two signs"),
        (["trailing_minus"], "-", "no number"),
        (["currency_sign"], "PLN", "no number"),
        (["brackets_minus"], "()", "no number"),
        (["cents"], "12,34", "not a whole number of cents"),
        (["cents"], "1 000", "not a whole number of cents"),
        (["day"], "2020-05-01T23:30:00Z", "the time zone"),
    ],
)
def test_what_could_only_be_guessed_is_refused(names: list[str], text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        _clean(text, *names)


def test_a_currency_stands_once() -> None:
    assert _clean("EUR 5,00 zł", "currency_sign") == "5,00 zł"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31T22:00:00Z", "2026-04-01"),
        ("2026-03-31T22:00:00.1234567+00:00", "2026-04-01"),
        ("2026-03-31 22:00 +0200", "2026-03-31"),
        ("2026-03-31T22:00:00", "2026-03-31"),
    ],
)
def test_a_moment_of_another_offset_is_a_day_of_the_books_zone(text: str, day: str) -> None:
    assert _clean(text, "day", zone="Europe/Warsaw") == day


@pytest.mark.parametrize("text", ["brak", "BRAK", "-", "0", "0.0", "000"])
def test_words_that_mean_nothing_are_empty_before_and_after_the_rest(text: str) -> None:
    names = ("empty_is", "no_leading_zeros", "whole_number")
    assert _clean(text, *names, words=("brak", "-", "0")) == ""
    assert _clean("K1", *names, words=("brak", "-", "0")) == "K1"


def test_the_order_in_which_they_are_written_means_nothing() -> None:
    wanted = [name for name in CLEANINGS if name not in {"empty_is", "cents", "tax_id"}]
    for text in ("00123.0", "(5,00 zł)", "5,00- PLN", "k\u00a0 1"):
        assert _clean(text, *wanted) == _clean(text, *reversed(wanted))
