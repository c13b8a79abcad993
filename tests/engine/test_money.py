"""Money in minor units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidInput
from engine.money import Money, money_json, parse_money


def test_amounts_are_rounded_half_up_to_the_minor_unit() -> None:
    assert Money.of("10.005", "PLN") == Money("PLN", 1001)
    assert Money.of("-10.005", "PLN") == Money("PLN", -1001)
    assert Money.of(Decimal("10.4"), "JPY") == Money("JPY", 10)
    assert Money.of("1.2345", "KWD") == Money("KWD", 1235)


def test_money_is_read_and_written_alike() -> None:
    assert parse_money("1 000.50 EUR") == Money("EUR", 100050)
    assert str(parse_money("1000.5 EUR")) == "1000.50 EUR"
    assert str(parse_money("7 JPY")) == "7 JPY"


@pytest.mark.parametrize(
    "text",
    ["50", "PLN", "50 pln", "50 PLNX", "fifty PLN", "NaN PLN", "Infinity PLN", "", "5 ZŁO", "1,000 PLN", "1.000,00 PLN",
     "1_000 PLN", "1e3 PLN", "+5 PLN", "5. PLN", ".5 PLN", "1 00 PLN", "1 0000 PLN", "10 00.50 PLN",
     "\uff15 PLN", "5  PLN"],
)  # fmt: skip
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_money(text)


@pytest.mark.parametrize(
    "text", ["1.000 PLN", "1.500 PLN", "10.005 EUR", "50.00 JPY", "1.0 KRW", "1.0000 KWD", "1 000.000 PLN"]
)
def test_more_decimals_than_the_currency_has_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=f"'{text}' has . decimals, and ... has (2|3|no) decimals"):
        parse_money(text)


def test_a_point_that_may_part_thousands_is_spoken_of() -> None:
    with pytest.raises(InvalidInput, match="If the point was to part thousands, leave it out"):
        parse_money("1.000 PLN")
    assert parse_money("1.000 KWD") == Money("KWD", 1000)


def test_amounts_in_json_have_the_digits_of_their_currency() -> None:
    assert money_json(-5, "PLN") == {"amount": "-0.05", "currency": "PLN"}
    assert money_json(1234, "JPY") == {"amount": "1234", "currency": "JPY"}
    assert money_json(1234, "KWD") == {"amount": "1.234", "currency": "KWD"}


def test_only_the_same_currency_adds() -> None:
    assert Money("PLN", 5) + Money("PLN", -7) == Money("PLN", -2)
    with pytest.raises(InvalidInput, match="PLN and EUR"):
        _ = Money("PLN", 5) + Money("EUR", 5)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["PLN", "JPY", "KWD"]))
def test_minor_units_survive_the_way_to_decimal_and_text(minor: int, currency: str) -> None:
    money = Money(currency, minor)
    assert Money.of(money.amount, currency) == money
    assert parse_money(str(money)) == money
