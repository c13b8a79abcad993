"""Records of the books and versions of rulesets: what silence means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.records import Customer, Hold, OpenItem
from engine.ruleset.versions import RulesetVersion


def test_no_limit_is_not_limit_zero() -> None:
    assert Customer("k1", "Żółw sp. z o.o.").credit_limit is None
    assert Customer("k1", "Żółw sp. z o.o.", credit_limit=Decimal(0)).credit_limit == 0


def test_an_item_is_owed_to_us_and_a_hold_rests_on_the_customer_unless_told() -> None:
    day = date(2026, 3, 10)
    assert OpenItem("i", "d", "k1", day, day, "PLN", Decimal(5)).direction == "debit"
    assert Hold("h", "k1", "dispute", day).item_key is None


@pytest.mark.parametrize(("ahead", "decides"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_version_decides_from_its_first_day_to_the_day_before_its_end(ahead: int, decides: bool) -> None:
    start = date(2026, 3, 10)
    version = RulesetVersion(
        "pl.test",
        1,
        "approved",
        "",
        "anna",
        ("anna",),
        datetime(2026, 3, 1, tzinfo=UTC),
        effective_from=start,
        effective_to=start + timedelta(days=10),
    )
    assert version.decides_on(start + timedelta(days=ahead)) is decides


def test_a_version_without_a_first_day_never_decides_and_one_without_an_end_goes_on() -> None:
    made = datetime(2026, 3, 1, tzinfo=UTC)
    draft = RulesetVersion("pl.test", 1, "draft", "", "anna", ("anna",), made)
    assert not draft.decides_on(date(2026, 3, 10))
    approved = RulesetVersion("pl.test", 1, "approved", "", "anna", ("anna",), made, effective_from=date(2026, 3, 1))
    assert approved.decides_on(date(2099, 1, 1))
