from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.catalogue import kind_of
from documents.messages import CustomerMessageSchema, StaffMessageSchema, credits_of, rows_of
from documents.model import CheckedModel
from engine.errors import InvalidInput
from engine.facts.case import ItemLine
from tests.documents.conftest import row

_IBAN = "PL61109010140000071219812874"


def test_what_follows_from_the_books_is_computed(bare: dict[str, Any]) -> None:
    bare["deadline_days"] = 7
    bare["rows"].append(row("FV/2", due_date="2026-11-30", currency="EUR", open="40.10"))
    model = CheckedModel(CustomerMessageSchema, bare)
    assert model["deadline"] == dt.date(2026, 12, 1)
    assert [line["days_past_due"] for line in model["rows"]] == [14, -6]
    assert model["totals"] == [
        {"currency": "EUR", "amount": Decimal("40.10")},
        {"currency": "PLN", "amount": Decimal("100.00")},
    ]
    assert model["overdue"] == [{"currency": "PLN", "amount": Decimal("100.00")}]


def test_what_is_computed_cannot_be_passed_in(bare: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(CustomerMessageSchema, {**bare, "totals": [{"currency": "PLN", "amount": "1"}]})
    assert caught.value.field == "totals"


def test_only_accounts_in_the_currencies_of_the_message_are_shown(bare: dict[str, Any]) -> None:
    bare["sender"]["accounts"] = [
        {"iban": "pl61 1090 1014 0000 0712 1981 2874", "currency": "PLN"},
        {"iban": "PL27114020040000300201355387", "currency": "EUR"},
    ]
    assert [account["iban"] for account in CheckedModel(CustomerMessageSchema, bare)["accounts"]] == [_IBAN]


def test_a_loaded_sender_can_be_loaded_again(bare: dict[str, Any]) -> None:
    bare["sender"]["accounts"] = [{"iban": _IBAN}]
    once = CheckedModel(CustomerMessageSchema, bare)
    assert CheckedModel(CustomerMessageSchema, {**bare, "sender": once["sender"]}) == once


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sender.name", None),
        ("sender.tax_id", "12\x003"),
        ("sender.accounts", [{"iban": "PL61109010140000071219812875"}]),
        ("sender.accounts", [{"iban": "not one"}]),
        ("customer.name", "   "),
        ("customer.name", "a\x1bb"),
        ("as_of", "2026-02-30"),
        ("deadline_days", 0),
        ("deadline_days", "07"),
        ("rows", []),
        ("rows.0.open", 100.0),
        ("rows.0.open", "0"),
        ("rows.0.open", "-1"),
        ("rows.0.open", "NaN"),
        ("rows.0.open", "1e40"),
        ("rows.0.open", "1.005"),
        ("rows.0.open", True),
        ("rows.0.currency", "zł"),
        ("rows.0.due_date", "soon"),
        ("rows.0.colour", "red"),
        ("credits", {"PLN": "-1"}),
    ],
)
def test_bad_input_names_the_field(bare: dict[str, Any], path: str, value: object) -> None:
    *parents, last = path.split(".")
    target: Any = bare
    for step in parents:
        target = target[int(step) if step.isdigit() else step]
    target[last] = value
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(CustomerMessageSchema, bare)
    assert (caught.value.field or "").startswith(path)


def test_white_space_of_the_source_becomes_one_blank(bare: dict[str, Any]) -> None:
    bare["customer"]["name"] = " Zakład\t Usługowy\nŻuraw "
    assert CheckedModel(CustomerMessageSchema, bare)["customer"]["name"] == "Zakład Usługowy Żuraw"


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("ul. Długa 5, 00-001 Warszawa", ["ul. Długa 5", "00-001 Warszawa"]),
        ("Hala 2, wejście B\n00-001 Warszawa\n", ["Hala 2, wejście B", "00-001 Warszawa"]),
        (["ul. Długa 5", "", "00-001 Warszawa"], ["ul. Długa 5", "00-001 Warszawa"]),
    ],
)
def test_an_address_is_split_into_lines(bare: dict[str, Any], address: object, lines: list[str]) -> None:
    bare["customer"]["address"] = address
    assert CheckedModel(CustomerMessageSchema, bare)["customer"]["address"] == lines


def test_credits_are_listed_by_currency_without_zeros(bare: dict[str, Any]) -> None:
    bare["credits"] = credits_of({"PLN": 15000, "EUR": 0, "CZK": 5})
    assert CheckedModel(CustomerMessageSchema, bare)["credits"] == [
        {"currency": "CZK", "amount": Decimal("0.05")},
        {"currency": "PLN", "amount": Decimal("150.00")},
    ]


def test_an_amount_to_reinstate_needs_its_currency(bare: dict[str, Any]) -> None:
    staff = {**bare, "rules": ["pl.suspend"], "reinstate_amount": "100"}
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(StaffMessageSchema, staff)
    assert caught.value.field == "ledger_currency"
    loaded = CheckedModel(StaffMessageSchema, {**staff, "ledger_currency": "PLN"})
    assert loaded["reinstate_amount"] == {"currency": "PLN", "amount": Decimal("100.00")}


@given(st.lists(st.tuples(st.sampled_from(["PLN", "EUR", "JPY", "KWD"]), st.integers(1, 10**13)), min_size=1))
def test_totals_are_the_exact_sums_of_the_lines(amounts: list[tuple[str, int]]) -> None:
    day = dt.date(2026, 1, 1)
    lines = [
        ItemLine(f"k{i}", f"D{i}", currency, minor, minor, day, day) for i, (currency, minor) in enumerate(amounts)
    ]
    model = CheckedModel(
        CustomerMessageSchema,
        {
            "sender": {"name": "S", "address": "A", "tax_id": "1"},
            "customer": {"name": "C"},
            "as_of": day,
            "rows": rows_of(lines),
        },
    )
    digits = {"PLN": 2, "EUR": 2, "JPY": 0, "KWD": 3}
    expected = {c: sum(minor for other, minor in amounts if other == c) for c, _ in amounts}
    assert {t["currency"]: int(t["amount"].scaleb(digits[t["currency"]])) for t in model["totals"]} == expected


def test_a_checked_model_is_made_by_its_check_alone_and_does_not_change(bare: dict[str, Any]) -> None:
    model = CheckedModel(CustomerMessageSchema, bare)
    with pytest.raises(TypeError):
        model["as_of"] = None  # type: ignore[index]
    with pytest.raises(InvalidInput, match="rows"):
        CheckedModel(CustomerMessageSchema, {**bare, "rows": []})
    assert model.as_of == bare["as_of"]
    assert model.charge() is None


def test_another_number_changes_nothing_else(invoice: dict[str, Any]) -> None:
    model = CheckedModel(kind_of("vat_invoice").model, invoice)
    assert model.numbered("FV/00002/2026") == CheckedModel(
        kind_of("vat_invoice").model, {**invoice, "number": "FV/00002/2026"}
    )
    assert model["number"] == "FV/00001/2026"
