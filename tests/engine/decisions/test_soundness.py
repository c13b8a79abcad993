"""A ruleset that is not sound is refused with everything that is wrong with it."""

from __future__ import annotations

import pytest

from engine.decisions.evaluation import Evaluator
from engine.errors import RulesetInvalid
from engine.ruleset.condition import AllOf, Test
from engine.ruleset.model import ActionSpec, Rule, Ruleset
from tests.engine.building import SUSPEND, guard, remind, reminder, ruleset, when


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (ruleset(reminder("r", "demand", 1), reminder("r", "final", 2)), "two rules 'r'"),
        (ruleset(guards=[guard("g"), guard("g")]), "two guards 'g'"),
        (ruleset(reminder("r", "unknown", 1)), "no stage 'unknown'"),
        (
            ruleset(Rule("r", "customer", when(days_past_due=1), (SUSPEND,))),
            "'days_past_due', which is no fact of the customer",
        ),
        (ruleset(Rule("r", "item", when(unheard_of=1), ())), "'unheard_of', which is no fact"),
        (ruleset(Rule("r", "item", AllOf(()), (SUSPEND,))), "for the item; 'suspend' is not"),
        (ruleset(Rule("r", "item", AllOf(()), (ActionSpec("shout"),))), "'shout', which is no action"),
        (ruleset(Rule("r", "item", AllOf(()), (ActionSpec("remind", {"stage": "demand"}),))), "needs 'wording'"),
        (ruleset(Rule("r", "item", AllOf(()), (remind("demand"), remind("final")))), "more than once"),
        (ruleset(guards=[guard("g", kinds=("shout",))]), "'shout', which is no action"),
        (
            ruleset(guards=[guard("g", Test("stage", "present"), subjects=("item", "customer"))]),
            "no fact of the customer",
        ),
    ],
)
def test_each_fault_is_named(broken: Ruleset, message: str) -> None:
    with pytest.raises(RulesetInvalid, match=message) as caught:
        Evaluator(broken)
    assert len(caught.value.problems) == 1


def test_every_fault_is_reported_at_once() -> None:
    with pytest.raises(RulesetInvalid) as caught:
        Evaluator(ruleset(reminder("a", "unknown", 1), Rule("b", "item", AllOf(()), (ActionSpec("remind"),))))
    assert len(caught.value.problems) == 4
