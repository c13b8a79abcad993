from __future__ import annotations

import pytest

from documents.catalogue import kinds
from documents.register.numbering import check_format, format_number
from engine.errors import InvalidInput


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("FV/{number:05d}/{year}", "FV/00007/2026"),
        ("{year}-{month}-{number}", "2026-03-7"),
        ("B {number:03d}/{year}", "B 007/2026"),
    ],
)
def test_a_format_gives_a_number(form: str, number: str) -> None:
    assert format_number(form, 7, 2026, 3) == number


def test_a_number_longer_than_its_padding_is_not_cut() -> None:
    assert format_number("{number:02d}/{year}", 12345, 2026, 1) == "12345/2026"


@pytest.mark.parametrize(
    "form",
    [
        "FV/{number}",
        "FV/{year}",
        "{number}{number}/{year}",
        "{number}/{year}/{day}",
        "{number!r}/{year}",
        "{number:99d}/{year}",
        "{number.__class__}/{year}",
        "{number}/{year}/{",
        "x" * 60 + "{number}{year}",
        "{number}\n{year}",
        "",
    ],
)
def test_a_format_that_will_not_do_is_refused(form: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_format(form)
    assert caught.value.field == "numbering"


def test_every_shipped_kind_has_a_good_format() -> None:
    forms = [kind.numbering for kind in kinds().values() if kind.layout == "invoice"]
    assert len(forms) >= 3
    assert all(check_format(form or "") for form in forms)
