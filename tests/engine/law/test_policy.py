from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InvalidInput
from engine.law.policy import ALTERNATIVES, POLICIES, Policy

_PAGE = Path(__file__).parents[3] / "docs" / "law.md"


def test_choices_are_read_by_name() -> None:
    policy = Policy.of({"rounding": "once", "compensations_most": "7"})
    assert (policy.rounding, policy.compensations_most, policy.last_day) == ("once", 7, "counted")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("rounding", "sometimes", "each_row, once"),
        ("roundings", "once", "There is no policy"),
        ("compensations_most", "many", "whole number"),
        ("compensations_most", True, "whole number"),
        ("compensations_most", "-1", "whole number"),
        ("unverified", "last_known", "stop"),
    ],
)
def test_a_wrong_choice_is_named(name: str, value: object, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        Policy.of({name: value})
    assert caught.value.field == name


def test_used_policies_are_plain_data() -> None:
    assert Policy().used("rounding", "year") == {"rounding": "each_row", "year": "365"}
    assert set(Policy().used()) == set(POLICIES)


def test_every_policy_and_alternative_is_on_the_page() -> None:
    page = _PAGE.read_text("utf-8")
    for name in POLICIES:
        assert f"`{name}`" in page, name
        assert all(f"`{alternative}`" in page for alternative in ALTERNATIVES[name]), name
