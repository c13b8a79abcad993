"""durable-rules within its subset: threads, memory, recovery."""

from __future__ import annotations

import resource
from concurrent.futures import ThreadPoolExecutor

import durable_rules_engine
import pytest

from engine.conditions.session import Session
from engine.errors import EngineCrashed, FactInvalid
from engine.ruleset.condition import AllOf, Test
from tests.engine.differential import naive, random_condition, random_facts, seeded

_CONDITIONS = {f"r{days}": AllOf((Test("days_past_due", "at_least", days),)) for days in range(30)}


def test_threads_share_a_session_without_mixing_snapshots() -> None:
    chance = seeded(5)
    conditions = {f"r{index}": random_condition(chance) for index in range(20)}
    session = Session(conditions)

    def wrong(seed: int) -> int:
        facts = [random_facts(seeded(seed * 1000 + index)) for index in range(150)]
        return sum(
            session.matches(one)
            != tuple(index for index, condition in enumerate(conditions.values()) if naive(condition, one))
            for one in facts
        )

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(wrong, range(8))) == 0


def test_memory_stays_flat_over_many_snapshots() -> None:
    session = Session(_CONDITIONS)
    facts = random_facts(seeded(1))

    def decide(count: int) -> int:
        for index in range(count):
            session.matches(facts | {"days_past_due": index % 40})
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = decide(5_000)
    assert decide(60_000) - before < 4_096  # KiB: 70 bytes a snapshot would show


def test_a_fact_that_is_refused_leaves_the_session_usable() -> None:
    session = Session(_CONDITIONS)
    facts = random_facts(seeded(1))
    with pytest.raises(FactInvalid):
        session.matches(facts | {"days_past_due": 2**64})
    assert session.matches(facts | {"days_past_due": 2}) == (0, 1, 2)


def test_an_error_of_the_c_code_is_reported_and_the_session_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(_CONDITIONS)
    facts = random_facts(seeded(1)) | {"days_past_due": 1}
    with monkeypatch.context() as patched:
        patched.setattr(session._encoder, "encode", lambda _facts: '{"sid":"0","id":1,"k":1,"days_past_due":')
        with pytest.raises(EngineCrashed, match="refused a snapshot"):
            session.matches(facts)
    assert session.matches(facts) == (0, 1)


def test_a_fact_observed_twice_is_an_error_not_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(_CONDITIONS)
    facts = random_facts(seeded(1)) | {"days_past_due": 1}
    durable_rules_engine.assert_fact(session._sets[0], session._encoder.encode(facts))
    with pytest.raises(EngineCrashed, match="answered 2"):
        session.matches(facts)
    assert session.matches(facts) == (0, 1)


def test_a_condition_that_never_holds_needs_no_rule() -> None:
    assert Session({"never": Test("source", "absent")}).matches({"source": "fk"}) == ()
