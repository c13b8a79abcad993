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
    "text", ["50", "PLN", "50 pln", "50 PLNX", "fifty PLN", "NaN PLN", "Infinity PLN", "", "5 ZŁO"]
)
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_money(text)


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
