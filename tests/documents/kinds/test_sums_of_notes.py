"""Every sum of a note must add up, every figure must be recomputable, and what is wrong is named."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.catalogue import kind_of
from documents.model import CheckedModel
from engine.errors import InvalidInput
from engine.law.claims.interest import interest
from engine.money import Money
from rules.parameters.loading import law

_BROKEN = [
    ("interest_note", ("total",), "7267.84", "total"),
    ("interest_note", ("rows", 0, "interest"), "7235.62", "rows.0.interest"),
    ("interest_note", ("rows", 0, "segments", 0, "amount"), "6482.20", "rows.0.segments.0.amount"),
    ("interest_note", ("rows", 0, "segments", 0, "rate"), "14.01", "rows.0.segments.0.amount"),
    ("interest_note", ("rows", 0, "segments", 1, "last"), date(2026, 7, 19), "rows.0.segments.1.amount"),
    ("interest_note", ("rows", 0, "segments", 1, "last"), date(2026, 7, 21), "rows.0.segments.1.first"),
    ("interest_note", ("rows", 0, "segments", 1, "first"), date(2026, 6, 30), "rows.0.segments.1.first"),
    ("interest_note", ("rows", 0, "segments", 0, "first"), date(2026, 1, 12), "rows.0.segments.0.first"),
    ("interest_note", ("rows", 0, "effective_due"), date(2026, 1, 9), "rows.0.effective_due"),
    ("interest_note", ("rows", 1, "segments", 1, "principal"), "1845.00", "rows.1.segments.1.principal"),
    ("interest_note", ("rows", 1, "settled", 0, "day"), date(2026, 5, 3), "rows.1.segments.0.last"),
    ("interest_note", ("rows", 1, "settled", 0, "amount"), "845.001", "rows.1.settled.0.amount"),
    ("interest_note", ("until",), date(2026, 7, 21), "until"),
    ("interest_note", ("currency",), "USD", "sender.accounts"),
    ("interest_note", ("total",), 7267.83, "total"),
    ("interest_note", ("rows", 0, "segments"), [], "rows.0.segments"),
    ("compensation_note", ("total",), "722.92", "total"),
    ("compensation_note", ("rows", 0, "amount"), "422.66", "rows.0.amount"),
    ("compensation_note", ("rows", 0, "lump"), "70.00", "rows.0.amount"),
    ("compensation_note", ("rows", 1, "conversion", "rate"), "4.2895", "rows.1.amount"),
    ("compensation_note", ("rows", 1, "claim_pln"), "6434.11", "rows.1.claim_pln"),
    ("compensation_note", ("rows", 1, "claim_rate"), None, "rows.1.claim_rate"),
    ("compensation_note", ("rows", 0, "maturity"), date(2026, 7, 20), "rows.0.maturity"),
    ("compensation_note", ("rows", 0, "maturity"), date(2026, 1, 9), "rows.0.maturity"),
    ("balance_confirmation", ("balances", 1, "debit"), "13534.57", "balances.1.debit"),
    ("balance_confirmation", ("balances", 1, "credit"), "0.00", "balances.1.credit"),
    ("balance_confirmation", ("balances", 1, "balance"), "13534.56", "balances.1.balance"),
    ("balance_confirmation", ("balances", 1, "currency"), "EUR", "balances"),
    ("balance_confirmation", ("credit_rows", 0, "currency"), "USD", "balances"),
    ("balance_confirmation", ("rows", 0, "open"), "1234.567", "rows.0.open"),
    ("balance_confirmation", ("balance_date",), date(2026, 11, 6), "balance_date"),
]


def _sample(kind: str) -> dict[str, Any]:
    return copy.deepcopy(dict(kind_of(kind).sample()))


@pytest.mark.parametrize(("kind", "path", "value", "field"), _BROKEN)
def test_what_does_not_add_up_is_refused_with_the_field(
    kind: str, path: tuple[Any, ...], value: object, field: str
) -> None:
    model = _sample(kind)
    target: Any = model
    for step in path[:-1]:
        target = target[step]
    assert target[path[-1]] != value
    target[path[-1]] = value
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(kind_of(kind).model, model)
    assert caught.value.field == field


@pytest.mark.parametrize("kind", ["interest_note", "compensation_note", "balance_confirmation"])
@pytest.mark.parametrize("name", ["credits", "services", "colour"])
def test_parts_of_other_messages_are_no_parts_of_a_note(kind: str, name: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        CheckedModel(kind_of(kind).model, {**_sample(kind), name: {}})


def test_a_note_charges_its_total_without_tax_and_is_due_after_its_days() -> None:
    for kind, total in (("interest_note", "7267.83"), ("compensation_note", "722.93")):
        schema = kind_of(kind).model
        charge = schema().charge(CheckedModel(schema, _sample(kind)))
        assert charge is not None
        assert (charge.net, charge.vat, charge.gross) == (Decimal(total), Decimal(0), Decimal(total))
        assert charge.due_date == date(2026, 7, 27)


def test_a_balance_confirmation_charges_nothing() -> None:
    schema = kind_of("balance_confirmation").model
    assert schema().charge(CheckedModel(schema, _sample("balance_confirmation"))) is None


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.dates(date(2023, 1, 1), date(2026, 7, 19))), min_size=1, max_size=5)
)
def test_the_total_is_the_sum_of_what_the_calculator_gives(debts: list[tuple[int, date]]) -> None:
    """A model made from the law's own calculator passes every check of the schema."""
    rates, until = law("pl").delay_rates("business"), date(2026, 7, 20)
    rows, total = [], 0
    for minor, due in debts:
        found = interest(Money("PLN", minor), due + timedelta(days=1), until, rates)
        total += found.amount.minor
        rows.append(_row(minor, due, [(s.first, s.last, s.rate, s.amount, s.source) for s in found.segments]))
    model: Mapping[str, object] = {**_sample("interest_note"), "rows": rows, "total": _text(max(total, 1))}
    if not total:
        return
    checked = CheckedModel(kind_of("interest_note").model, model)
    assert checked["total"]["amount"] == sum(row["interest"]["amount"] for row in checked["rows"])
    assert [row["days"] for row in checked["rows"]] == [(until - due).days for _, due in debts]


def _text(minor: int) -> str:
    return str(Money("PLN", minor).amount)


def _row(minor: int, due: date, segments: list[tuple[date, date, int, int, str]]) -> dict[str, object]:
    printed = [
        {
            "first": first,
            "last": last,
            "principal": _text(minor),
            "rate": str(Decimal(rate).scaleb(-2)),
            "amount": _text(amount),
            "source": source,
        }
        for first, last, rate, amount, source in segments
    ]
    return {
        "document": "FV",
        "issue_date": due,
        "due_date": due,
        "effective_due": due,
        "principal": _text(minor),
        "segments": printed,
        "interest": _text(sum(segment[3] for segment in segments)),
    }
