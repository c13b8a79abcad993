"""An amount has one reading, or it has none and the reason says why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.finance.csv_folder.notation.amounts import amount_parser


@pytest.mark.parametrize(
    ("mark", "thousands", "text", "amount"),
    [
        (",", ".", "1.234", "1234"),
        (",", ".", "1.234.567,89", "1234567.89"),
        (",", ".", "-1.000,00", "-1000.00"),
        (",", ".", "1234567,8", "1234567.8"),
        (".", ",", "1,234.50", "1234.50"),
        (".", "'", "1'234'567.50", "1234567.50"),
        (".", "'", "1\u2019234.50", "1234.50"),
        (",", " ", "7 000", "7000"),
        (",", " ", "7\u00a0000,5", "7000.5"),
        (",", " ", "7\u202f000", "7000"),
        (",", " ", "7\u2009000\u2009000", "7000000"),
        (",", " ", "7\u2007000", "7000"),
        (",", " ", "- 7 000", "-7000"),
        (",", "", "+007,10", "7.10"),
        (".", "", "0.5", "0.5"),
    ],
)
def test_an_amount_is_read_as_the_mapping_says(mark: str, thousands: str, text: str, amount: str) -> None:
    assert str(amount_parser(mark, thousands)(text)) == amount


@pytest.mark.parametrize(
    ("mark", "thousands", "texts", "reason"),
    [
        (",", ".", ["12.50", "110.7", "9.00", "1.23.456", "12.345.67", "1.2345,00"], "groups of exactly three"),
        (",", ".", ["1.234.", ".234", "1..234", "1.234,", ",5", "1,234.5", "1.234,5,6", "0.123"], "exactly three"),
        (".", ",", ["9,00", "1,2,3", "1,234,50", "12,34,567.00", ",123", "1.234,567"], "groups of exactly three"),
        (",", " ", ["1 234\u00a0567", "12 34", "1  234", "1\t234", "1 23 456"], "not a number"),
        (".", "'", ["1'23", "1'234\u2019567", "'234", "1''234"], "groups of exactly three"),
        (",", "", ["1 000", "1.000", "1'000,50", "1,000.00"], "must say what separates them"),
        (",", "", ["--5", "+-5", "-5-", "(-5)", "-(5)", "\u2212-5"], "two signs"),
        (",", "", ["5,00-", "5 -"], "trailing_minus"),
        (",", "", ["(5,00)"], "brackets_minus"),
        (",", "", ["\u22125", "\u20135,00"], "unicode_minus"),
        (",", "", ["5,00 zł", "5,00zł", "PLN 5,00", "5 EUR", "€5", "5,00€", "$ 5"], "currency_sign"),
        (",", "", ["1e3", "1,5E+05", "-1E5"], "exponent"),
        (",", "", ["\u0661\u0662\u0663", "\uff11\uff12", "5\u0660", "\u096b"], "digits other than 0-9"),
        (",", "", ["NaN", "inf", "1_000", "0x10", "1OO", "½", "5%", "12:30", "-", "+", ",", "5\n"], "not a number"),
        (",", "", ["1" * 29, "9" * 100_000, "1," + "0" * 13], "not a number"),
    ],
)
def test_what_has_no_single_reading_is_refused_with_its_reason(
    mark: str, thousands: str, texts: list[str], reason: str
) -> None:
    for text in texts:
        with pytest.raises(ValueError, match=r"^not a number .decimal mark") as raised:
            amount_parser(mark, thousands)(text)
        assert reason in str(raised.value), text


@given(
    amount=st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    way=st.sampled_from([(".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", "'"), (",", "'"), (".", " ")]),
)
def test_what_is_written_in_one_way_is_never_another_number_in_another(amount: Decimal, way: tuple[str, str]) -> None:
    mark, thousands = way
    text = f"{amount:,.2f}".translate(str.maketrans({",": thousands, ".": mark}))
    assert amount_parser(mark, thousands)(text) == amount
    for other in [(".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", "'")]:
        try:
            read = amount_parser(*other)(text)
        except ValueError:
            continue
        assert read == amount, other
