"""A hold names one thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from app.usecases.archive.legal_hold import set_hold
from archive.erasure.legal_hold import HoldScope, LegalHold
from engine.errors import InvalidInput

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Holds:
    """Sets every hold."""

    def set(self, scope: HoldScope, reference: str, *, by: str, reason: str, at: datetime) -> LegalHold:
        return LegalHold(1, scope, reference, None, reason, by, at, (), None)


class Directory:
    """Every key is of one source."""

    def sources_of(self, key: str) -> Sequence[str]:
        return ["pl"]


def hold(**named: Any) -> LegalHold:
    return set_hold(Holds(), Directory(), by="anna", reason="lawsuit", at=NOW, **named)


@pytest.mark.parametrize(
    ("named", "scope", "reference"),
    [
        ({"customer": "C1"}, "customer", "pl:C1"),
        ({"customer": "C1", "source": "de"}, "customer", "de:C1"),
        ({"document": 17}, "document", "17"),
        ({"case": "run:3"}, "case", "run:3"),
    ],
)
def test_a_hold_is_of_a_customer_a_document_or_a_case(named: dict[str, Any], scope: str, reference: str) -> None:
    found = hold(**named)
    assert (found.scope, found.reference, found.set_by, found.reason, found.set_at) == (
        scope,
        reference,
        "anna",
        "lawsuit",
        NOW,
    )


@pytest.mark.parametrize(
    "named", [{}, {"source": "pl"}, {"customer": "C1", "document": 17}, {"document": 1, "case": "x"}]
)
def test_a_hold_of_nothing_or_of_several_things_is_refused(named: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        hold(**named)
