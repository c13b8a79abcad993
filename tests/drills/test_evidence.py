"""The judge of the process drills finds what it is there to find: each fault, planted after an honest drill."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from adapters.outbox.dispatch import drain
from tests.drills.evidence import judge, judge_effects
from tests.drills.report import Report
from tests.drills.site import Site, site
from tests.drills.workload import RULESET, fill


@pytest.fixture(scope="module")
def honest() -> Iterator[Site]:
    """Everything is carried out, and nothing befell it."""
    with site(RULESET) as here:
        fill(here, 10)
        system = here.system()
        assert drain(system.outbox.worker_context, system.moment)["done"] == 10
        yield here


def broken(here: Site) -> list[str]:
    report = Report("test")
    judge_effects(here, report)
    return report.broken


def lost_mail(here: Site) -> None:
    here.mails.write_text("".join(here.mails.read_text("utf-8").splitlines(keepends=True)[1:]), "utf-8")


def doubled_mail(here: Site) -> None:
    lines = here.mails.read_text("utf-8").splitlines(keepends=True)
    here.mails.write_text("".join([*lines, lines[0]]), "utf-8")


def invented_mail(here: Site) -> None:
    with here.mails.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"at": 0, "id": "<nobody@monitum.example>"}) + "\n")


def unsigned_call(here: Site) -> None:
    here.calls.write_text(here.calls.read_text("utf-8").replace('"signed": true', '"signed": false', 1), "utf-8")


def stuck(here: Site) -> None:
    here.do("update action set state = 'ready' where id = (select min(id) from action)")


def dropped_in_spite(here: Site) -> None:
    here.do("update action set state = 'cancelled' where id = (select min(id) from action)")


def outcome_without_intent(here: Site) -> None:
    here.do(
        "update archive_entry set kind = 'action:thought' where kind = 'action:intended' and id = "
        "(select min(id) from archive_entry where kind = 'action:intended')"
    )


FAULTS = {
    lost_mail: "no action is lost",
    doubled_mail: "no mail was taken twice",
    invented_mail: "nothing happened that nobody decided",
    unsigned_call: "every webhook was signed",
    stuck: "nothing is left over",
    dropped_in_spite: "what was cancelled or held did not happen",
    outcome_without_intent: "every done action has its intent in the log before its outcome",
}


def test_an_honest_drill_is_found_honest(honest: Site) -> None:
    report = Report("test")
    judge(honest, report)
    assert report.broken == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found(honest: Site, fault: Callable[[Site], None]) -> None:
    mails, calls = honest.mails.read_bytes(), honest.calls.read_bytes()
    honest.do("alter table archive_entry disable trigger user")
    honest.do("create table kept as select id, state from action")
    honest.do("create table kept_kind as select id, kind from archive_entry")
    try:
        fault(honest)
        assert [line for line in broken(honest) if line.startswith(FAULTS[fault])]
    finally:
        honest.mails.write_bytes(mails)
        honest.calls.write_bytes(calls)
        honest.do("update action a set state = k.state from kept k where k.id = a.id and k.state <> a.state")
        honest.do("update archive_entry e set kind = k.kind from kept_kind k where k.id = e.id and k.kind <> e.kind")
        honest.do("drop table kept, kept_kind")
