from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.invoicing.amounts import (
    Line,
    Prices,
    Sums,
    VatMethod,
    differences,
    in_pln,
    line_value,
    sums_by_rate,
    taxed,
    total,
)
from documents.invoicing.vat_rates import RATES
from engine.law.rounding import rounded

_lines = st.lists(
    st.builds(Line, st.sampled_from(list(RATES.values())), st.integers(0, 10**9)), min_size=1, max_size=30
)


@pytest.mark.parametrize(
    ("gross", "rate", "net", "vat"), [(12300, "23", 10000, 2300), (10000, "8", 9259, 741), (1000, "5", 952, 48)]
)
def test_tax_contained_in_a_gross_price(gross: int, rate: str, net: int, vat: int) -> None:
    assert taxed(gross, RATES[rate], "gross") == Sums(net, vat)


@pytest.mark.parametrize(("method", "vat"), [("sum", 23), ("lines", 24)])
def test_tax_of_the_sum_and_sum_of_the_tax_may_differ(method: VatMethod, vat: int) -> None:
    lines = [Line(RATES["23"], 33)] * 3
    assert sums_by_rate(lines, "net", method) == {"23": Sums(99, vat)}


@given(st.integers(-(10**12), 10**12), st.integers(0, 200), st.integers(1, 200))
def test_parts_are_rounded_half_away_from_zero(amount: int, numerator: int, denominator: int) -> None:
    exact = Decimal(amount) * numerator / denominator
    assert rounded(Fraction(amount * numerator, denominator)) == int(exact.to_integral_value(ROUND_HALF_UP))


@given(_lines, st.sampled_from(["net", "gross"]))
def test_the_two_methods_differ_by_half_a_grosz_a_line_at_most(lines: list[Line], prices: Prices) -> None:
    by_sum, by_lines = (sums_by_rate(lines, prices, method) for method in ("sum", "lines"))  # type: ignore[arg-type]
    for code, sums in by_sum.items():
        count = sum(line.rate.code == code for line in lines)
        assert abs(sums.vat - by_lines[code].vat) * 2 <= count + 1


@given(_lines, st.sampled_from(["sum", "lines"]))
def test_gross_prices_are_what_is_paid(lines: list[Line], method: VatMethod) -> None:
    assert total(sums_by_rate(lines, "gross", method).values()).gross == sum(line.value for line in lines)


@given(_lines, st.sampled_from(["sum", "lines"]))
def test_net_prices_are_the_net_total(lines: list[Line], method: VatMethod) -> None:
    assert total(sums_by_rate(lines, "net", method).values()).net == sum(line.value for line in lines)


@given(_lines, _lines, st.sampled_from(["net", "gross"]), st.sampled_from(["sum", "lines"]))
def test_what_a_correction_changes_leads_from_before_to_after(
    before: list[Line], after: list[Line], prices: Prices, method: VatMethod
) -> None:
    was, is_ = sums_by_rate(before, prices, method), sums_by_rate(after, prices, method)
    changed = differences(was, is_)
    assert total(was.values()) + total(changed.values()) == total(is_.values())


def test_rates_without_tax_add_none() -> None:
    for code in ("0 KR", "0 WDT", "0 EX", "zw", "np I", "np II", "oo"):
        assert taxed(12345, RATES[code], "net") == taxed(12345, RATES[code], "gross") == Sums(12345, 0)


def test_a_line_is_rounded_once() -> None:
    assert line_value(Decimal(3), Decimal("0.335"), Decimal(0), "PLN") == 101
    assert line_value(Decimal("12.5"), Decimal("180.00"), Decimal("225.00"), "PLN") == 202500
    assert line_value(Decimal(2), Decimal(150), Decimal(0), "JPY") == 300


@pytest.mark.parametrize(("rate", "pln"), [("4.3213", 99390), ("4.2274", 97230)])
def test_tax_in_another_currency_is_stated_in_pln(rate: str, pln: int) -> None:
    assert in_pln(23000, "EUR", Decimal(rate)) == pln
