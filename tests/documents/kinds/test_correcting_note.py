"""Correcting notes and requests for a correction: what they refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from documents.catalogue import kind_of
from documents.layout.rendering import render
from engine.errors import InvalidInput

KINDS = ("correcting_note", "correction_request")


def _sample(kind: str, **changes: Any) -> dict[str, Any]:
    return {**kind_of(kind).sample(), **changes}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"particulars": []}, "particulars"),
        ({"particulars": [{"name": "Nazwa", "was": "A", "should_be": "A"}]}, "particulars.0.should_be"),
        ({"invoice": {"number": "F/1", "issue_date": date(2027, 1, 1)}}, "invoice.issue_date"),
        ({"invoice": {"number": "F/1", "issue_date": "2026-01-02", "ksef_number": "1-2-3"}}, "invoice.ksef_number"),
        ({"amounts": "100"}, "amounts"),
    ],
)
def test_a_letter_that_corrects_nothing_or_the_wrong_thing_is_refused(
    kind: str, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        render(kind, "pl", _sample(kind, **changes))
    assert refused.value.field == field


def test_only_a_request_gives_a_reason() -> None:
    assert "Dwie sztuki zwrócono" in render("correction_request", "pl", _sample("correction_request")).text
    with pytest.raises(InvalidInput) as refused:
        render("correcting_note", "pl", _sample("correcting_note", reason="bo tak"))
    assert refused.value.field == "reason"


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_there_and_what_should_are_side_by_side(kind: str) -> None:
    text = render(kind, "pl", _sample(kind)).text
    for particular in _sample(kind)["particulars"]:
        for part in (particular["was"], particular["should_be"]):
            assert part in text
