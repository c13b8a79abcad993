"""What an invoice takes from the books and what the person says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from documents.filling.bill import bill
from documents.filling.request import Buyer, Request
from documents.filling.sources import CustomerRecord, DocumentSources
from engine.law.policy import DEFAULTS
from engine.ports import RateTable
from rules.parameters.loading import law

_BOOKED = {"key": "K1", "name": "Gmina", "kind": "business", "country": "PL", "tax_id": "7740001454", "address": "x"}


def _filled(given: dict[str, Any]) -> dict[str, Any]:
    request = Request(
        kind="vat_invoice",
        source="firma",
        customer="K1",
        sender={"name": "Firma S.A."},
        policy=DEFAULTS,
        deadline_days=7,
        buyer=Buyer(_BOOKED, "pl"),
        given=given,
        as_of=date(2026, 11, 24),
        at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    )
    # an invoice in PLN asks neither the record nor the rates
    sources = DocumentSources(record=cast("CustomerRecord", None), rates=cast("RateTable", None), law=law)
    return bill(sources, request)


@pytest.mark.parametrize(
    ("given", "buyer"),
    [
        ({}, _BOOKED),
        ({"buyer": {"jst": True}}, {**_BOOKED, "jst": True}),
        ({"buyer": {"name": "Inny", "kind": "consumer"}}, {"name": "Inny", "kind": "consumer"}),
        ({"buyer": "Inny"}, "Inny"),  # refused when it is checked
    ],
)
def test_a_buyer_without_a_name_is_the_books_with_what_is_said_besides(given: dict[str, Any], buyer: object) -> None:
    assert _filled(given)["buyer"] == buyer
