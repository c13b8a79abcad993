"""Regions say of all snapshots what an evaluator says of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conditions.normal_form import LIMIT, alternatives
from engine.facts.catalogue import BY_NAME
from engine.ruleset.condition import AllOf, AnyOf, Condition, FactValue, Not, Test
from engine.ruleset.condition import tests as comparisons
from rules.proofs.regions import Region, covered, regions
from tests.rules.written_rules import conditions, holds, snapshots


def _inside(region: Region, facts: dict[str, FactValue]) -> bool:
    for fact, allowed in region.items():
        seen = facts[fact]
        if seen is None:
            inside = allowed.absent
        elif BY_NAME[fact].type in {"flag", "choice", "text"}:
            inside = (seen in allowed.words) != allowed.inverted
        else:
            inside = any(low <= int(seen) <= high for low, high in allowed.spans)
        if not inside:
            return False
    return True


@given(st.data(), conditions().filter(lambda condition: alternatives(condition) <= LIMIT))
def test_a_snapshot_is_in_a_region_just_when_the_condition_is_true(data: st.DataObject, condition: Condition) -> None:
    names = tuple(dict.fromkeys(test.fact for test in comparisons(condition)))
    facts = data.draw(snapshots(names))
    assert any(_inside(region, facts) for region in regions(condition)) == holds(condition, facts)


@given(conditions().filter(lambda condition: alternatives(condition) <= LIMIT))
def test_there_are_never_more_regions_than_alternatives(condition: Condition) -> None:
    assert len(regions(condition)) <= alternatives(condition)


@given(
    st.data(),
    conditions().filter(lambda condition: alternatives(condition) <= LIMIT),
    conditions().filter(lambda condition: alternatives(condition) <= LIMIT),
)
def test_what_is_covered_implies_what_covers_it(data: st.DataObject, one: Condition, other: Condition) -> None:
    both = AllOf((one, other))
    if alternatives(both) > LIMIT:
        return
    assert covered(regions(both), regions(both))
    names = tuple(dict.fromkeys(test.fact for test in comparisons(both)))
    facts = data.draw(snapshots(names))
    if covered(regions(one), regions(other)) and holds(one, facts):
        assert holds(other, facts)


@pytest.mark.parametrize(
    "impossible",
    [
        (Test("days_past_due", "at_least", 5), Test("days_past_due", "less_than", 5)),
        (Test("on_hold", "is", True), Test("on_hold", "is_not", True)),
        (Test("segment", "absent"), Test("segment", "is_not", "retail")),
        (Test("country", "is", "PL"), Test("country", "none_of", ("PL", "DE"))),
        (Test("customer_kind", "one_of", ("public", "consumer")), Test("customer_kind", "is", "business")),
        (Test("open_amount", "between", (5, 9)), Not(AllOf((Test("open_amount", "present"),)))),
        (AnyOf(()),),
    ],
)
def test_conditions_that_exclude_each_other_have_no_region(impossible: tuple[Condition, ...]) -> None:
    assert regions(AllOf(impossible)) == ()


def test_a_condition_without_parts_covers_everything() -> None:
    assert covered(regions(AllOf((Test("on_hold", "is", True),))), regions(AllOf(())))
    assert not covered(regions(AllOf(())), regions(AllOf((Test("on_hold", "is", True),))))


def test_a_wider_threshold_covers_a_narrower_one() -> None:
    wide = AllOf((Test("days_past_due", "at_least", 3),))
    narrow = AllOf((Test("days_past_due", "between", (3, 9)), Test("on_hold", "is", False)))
    assert covered(regions(narrow), regions(wide))
    assert not covered(regions(wide), regions(narrow))
