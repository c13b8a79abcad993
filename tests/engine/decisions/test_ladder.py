"""Which stage is sent today. Every scenario names what was sent and which stages match."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decisions.ladder import Candidate, climb
from engine.ruleset.model import Ladder
from tests.engine.building import AS_OF, days_ago, item, ladder

_STEPS = ("due", "reminder", "demand:7", "final:14", "handover:1")


def _never(_rule: str) -> bool:
    return False


def _climb(
    steps: Ladder, *stages: str, sent: Mapping[str, int] | None = None, missed: tuple[str, ...] = (), **line: Any
) -> dict[str, str]:
    """Stage -> outcome. sent: stage -> days ago."""
    history = tuple((stage, days_ago(days)) for stage, days in (sent or {}).items())
    candidates = [Candidate(stage, stage) for stage in stages]
    outcomes = climb(steps, item(sent=history, **line).line, AS_OF, candidates, lambda rule: rule in missed)
    assert sorted(outcomes) == list(range(len(stages)))
    assert sum(outcome.name == "decided" for outcome in outcomes.values()) <= 1
    return {stages[index]: outcome.name for index, outcome in outcomes.items()}


def test_latest_passes_lower_stages_over() -> None:
    assert _climb(ladder(*_STEPS), "due", "reminder", "demand") == {
        "due": "passed_over",
        "reminder": "passed_over",
        "demand": "decided",
    }


def test_all_sends_each_stage_in_order() -> None:
    steps = ladder(*_STEPS, catch_up="all")
    assert _climb(steps, "due", "demand", "final") == {"due": "decided", "demand": "waiting", "final": "waiting"}
    assert _climb(steps, "due", "demand", "final", sent={"due": 7}) == {
        "due": "already_sent",
        "demand": "decided",
        "final": "waiting",
    }


@pytest.mark.parametrize(("ago", "outcome"), [(0, "waiting"), (6, "waiting"), (7, "decided"), (30, "decided")])
def test_the_wait_counts_from_the_last_sending(ago: int, outcome: str) -> None:
    assert _climb(ladder(*_STEPS), "demand", sent={"due": 40, "reminder": ago}) == {"demand": outcome}


def test_waiting_says_until_when() -> None:
    line = item(sent=(("reminder", days_ago(2)),)).line
    outcome = climb(ladder(*_STEPS), line, AS_OF, [Candidate("r", "demand")], _never)[0]
    assert (outcome.name, outcome.until) == ("waiting", days_ago(-5))


def test_stages_at_or_below_the_highest_sent_are_already_sent() -> None:
    outcomes = _climb(ladder(*_STEPS), "due", "reminder", "demand", "final", sent={"demand": 20})
    assert outcomes == {"due": "already_sent", "reminder": "already_sent", "demand": "already_sent", "final": "decided"}


def test_what_is_pending_is_not_decided_again() -> None:
    assert _climb(ladder(*_STEPS), "due", "demand", pending="due") == {"due": "pending", "demand": "pending"}


def test_a_notice_is_never_passed_over() -> None:
    steps = ladder(*_STEPS, notice="demand")
    assert _climb(steps, "reminder", "demand", "final", "handover") == {
        "reminder": "passed_over",
        "demand": "decided",
        "final": "waiting",
        "handover": "waiting",
    }
    assert _climb(steps, "reminder", "handover") == {"reminder": "decided", "handover": "waiting"}
    assert _climb(steps, "final", "handover") == {"final": "waiting", "handover": "waiting"}
    assert _climb(steps, "demand", "final", sent={"demand": 14}) == {"demand": "already_sent", "final": "decided"}


def test_a_notice_that_waits_holds_back_what_is_above() -> None:
    steps = ladder(*_STEPS, notice="demand")
    assert _climb(steps, "demand", "handover", sent={"reminder": 2}) == {"demand": "waiting", "handover": "waiting"}


def test_a_ladder_already_above_its_notice_goes_on() -> None:
    steps = ladder(*_STEPS, notice="demand")
    assert _climb(steps, "handover", sent={"final": 3}) == {"handover": "decided"}


def test_skip_sends_nothing_that_matched_at_the_previous_run() -> None:
    steps = ladder(*_STEPS, catch_up="skip")
    assert _climb(steps, "due", "reminder", missed=("due",)) == {"due": "missed", "reminder": "decided"}
    assert _climb(steps, "due", "reminder", missed=("due", "reminder")) == {"due": "missed", "reminder": "missed"}


def test_skip_sends_even_a_missed_notice_before_what_is_above_it() -> None:
    steps = ladder(*_STEPS, catch_up="skip", notice="demand")
    assert _climb(steps, "demand", "final", missed=("demand",)) == {"demand": "decided", "final": "waiting"}


def test_most_severe_is_memoryless_and_sends_a_stage_once() -> None:
    steps = ladder(*_STEPS, mode="most_severe", notice="demand")
    assert _climb(steps, "reminder", "final") == {"reminder": "passed_over", "final": "decided"}
    assert _climb(steps, "reminder", "final", sent={"handover": 0}) == {"reminder": "passed_over", "final": "decided"}
    assert _climb(steps, "reminder", "final", sent={"final": 9}) == {"reminder": "passed_over", "final": "already_sent"}


def test_of_several_rules_for_a_stage_the_first_is_asked() -> None:
    candidates = [Candidate("a", "due"), Candidate("b", "due")]
    outcomes = climb(ladder(*_STEPS), item().line, AS_OF, candidates, _never)
    assert (outcomes[0].name, outcomes[1].name, outcomes[1].by) == ("decided", "outranked", "a")


def test_stages_of_an_earlier_ladder_count_as_not_sent() -> None:
    assert _climb(ladder(*_STEPS), "due", sent={"old_stage": 0}) == {"due": "decided"}


_NAMES = tuple(step.partition(":")[0] for step in _STEPS)


@given(
    stages=st.lists(st.sampled_from(_NAMES), min_size=1, max_size=5),
    sent=st.dictionaries(st.sampled_from(_NAMES), st.integers(0, 20), max_size=4),
    missed=st.sets(st.sampled_from(_NAMES)),
    catch_up=st.sampled_from(["skip", "latest", "all"]),
    notice=st.sampled_from([None, *_NAMES]),
)
def test_stepwise_never_goes_back_nor_over_an_unsent_notice(
    stages: list[str], sent: dict[str, int], missed: set[str], catch_up: str, notice: str | None
) -> None:
    steps = ladder(*_STEPS, catch_up=catch_up, notice=notice)
    history = tuple((stage, days_ago(days)) for stage, days in sent.items())
    candidates = [Candidate(f"{stage}#{index}", stage) for index, stage in enumerate(stages)]
    outcomes = climb(steps, item(sent=history).line, AS_OF, candidates, lambda rule: rule.partition("#")[0] in missed)
    assert sorted(outcomes) == list(range(len(stages)))
    decided = [stages[index] for index, outcome in outcomes.items() if outcome.name == "decided"]
    assert len(decided) <= 1
    last = max((steps.position(stage) for stage in sent), default=-1)
    for stage in decided:
        assert steps.position(stage) > last
        assert notice is None or steps.position(stage) <= steps.position(notice) or steps.position(notice) <= last
