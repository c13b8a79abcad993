"""The simulation, short: histories without a planted bug break nothing, planted bugs are found, seeds replay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.simulation.drill import Drilled, drill, find
from tests.drills.simulation.planted import BUGS
from tests.drills.simulation.settling import live
from tests.drills.simulation.sinks import HOOK_TROUBLES, MAIL_TROUBLES

#: Found within few histories; the others are for the long drill.
QUICK = (
    "a mail whose worker died is sent again",
    "the epoch of a claim is not looked at",
    "a claimed row is claimed again",
    "claims of the dead are never taken back",
    "attempts are not counted",
    "who wakes up after the lease goes on",
    "the signature of the intent is not awaited",
    "'done' has no entry",
    "rules and guards are not looked at again",
    "the age of the books is not looked at",
    "there is no mass hold",
    "one person is enough for a mass suspension",
    "targets that fail never rest",
    "an occurrence's key has no day",
    "a cancelled suspension stays desired",
)


@pytest.fixture(scope="module")
def done() -> Drilled:
    return drill(0, 1_000)


def test_a_thousand_histories_break_no_invariant(done: Drilled) -> None:
    assert [(ended.seed, ended.violations) for ended in done.broken] == []
    assert done.figures["wrongful suspensions"] == 0


def test_they_meet_every_fault_and_every_effect(done: Drilled) -> None:
    figures = done.figures
    points = {name.split()[-1] for name in figures if name.startswith("fault: killed")}
    assert {
        "after_claim",
        "after_render",
        "after_intent",
        "after_checkpoint",
        "after_sending",
        "after_effect",
    } <= points
    missing = [name for name in (*MAIL_TROUBLES, *HOOK_TROUBLES) if not figures[f"fault: {name}"]]
    assert missing == []
    for effect in ("remind by email", "suspend by webhook", "reinstate by webhook"):
        assert figures[f"effects: {effect}"] > 20


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_found(name: str) -> None:
    assert find(name, most=400).ended is not None


def test_the_list_of_planted_bugs_is_long_and_named_once() -> None:
    assert len(BUGS) >= 30
    assert set(QUICK) <= set(BUGS)


def test_a_bug_is_gone_when_its_turn_is_over() -> None:
    bad = find("there is no intent", most=50).ended
    assert bad is not None
    assert live(bad.seed).violations == ()


def test_a_seed_gives_the_same_trace_again_in_another_process() -> None:
    command = [sys.executable, "-m", "tests.drills.simulation", "--seed", "17"]
    root = Path(__file__).parents[2]
    first, second = (
        subprocess.run(command, cwd=root, capture_output=True, check=True, env={"PYTHONHASHSEED": salt}).stdout
        for salt in ("1", "2")
    )
    assert first == second
    assert first.decode() == "\n".join(live(17).trace) + "\n"
    assert len(first.splitlines()) > 20
