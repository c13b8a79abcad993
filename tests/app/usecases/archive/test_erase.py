"""Erasing takes what is gone out of the server's files, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from app.usecases.archive.erase import erase_again, erase_customer, erase_dormant, erase_due, erasure_requests
from archive.erasure.erasure import Erasure, ErasureRequest

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
DONE = Erasure("pl", "C1", NOW, None, (), (), 7, 3)
REFUSED = replace(DONE, customer="C2", done_at=None, due_on=date(2032, 1, 1))


@dataclass
class Erasures:
    """Erases C1 and refuses everything else."""

    asked: list[str] = field(default_factory=list)
    waiting: tuple[Erasure, ...] = ()

    def erase(self, source: str, customer: str, *, by: str, reason: str, at: datetime, today: date) -> Erasure:
        assert (source, at, today) == ("pl", NOW, TODAY)
        self.asked.append(f"{customer} by {by}: {reason}")
        return DONE if customer == "C1" else REFUSED

    def run(self, *, at: datetime, today: date) -> Sequence[Erasure]:
        assert (at, today) == (NOW, TODAY)
        return self.waiting

    def dormant(self, today: date) -> Sequence[tuple[str, str]]:
        assert today == TODAY
        return [("pl", "C1"), ("pl", "C2")]

    def replay(self, *, at: datetime) -> Sequence[Erasure]:
        assert at == NOW
        return self.waiting

    def list(self) -> Sequence[ErasureRequest]:
        request = ErasureRequest("pl", "C1", "anna", "asked", NOW, None, None, None, None)
        done = replace(request, customer="C4", due_on=TODAY, done_at=NOW, entry_id=7)
        return [
            request,
            replace(request, customer="C2", due_on=TODAY),
            replace(request, customer="C3", due_on=date(2026, 3, 3)),
            done,
        ]


class Directory:
    """Every key is of one source."""

    def sources_of(self, key: str) -> Sequence[str]:
        return ["pl"]


class Scrub:
    """Counts how often the files were scrubbed."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def erased(customer: str) -> tuple[Erasure, int]:
    scrub = Scrub()
    found = erase_customer(
        Erasures(), Directory(), customer, None, by="anna", reason="asked", at=NOW, today=TODAY, scrub=scrub
    )
    return found, scrub.times


def test_files_are_scrubbed_after_an_erasure_and_not_after_a_refusal() -> None:
    assert erased("C1") == (DONE, 1)
    assert erased("C2") == (REFUSED, 0)


def test_what_is_due_is_scrubbed_once_and_nothing_due_not_at_all() -> None:
    scrub = Scrub()
    assert erase_due(Erasures(), at=NOW, today=TODAY, scrub=scrub) == ()
    assert scrub.times == 0
    assert erase_due(Erasures(waiting=(DONE, DONE)), at=NOW, today=TODAY, scrub=scrub) == (DONE, DONE)
    assert scrub.times == 1


def test_dormant_customers_are_asked_for_by_monitum_and_refused_ones_left_out() -> None:
    erasures, scrub = Erasures(), Scrub()
    assert erase_dormant(erasures, at=NOW, today=TODAY, scrub=scrub) == [DONE]
    assert erasures.asked == [f"{key} by monitum: nothing has to be kept any more" for key in ("C1", "C2")]
    assert scrub.times == 1


def test_after_a_restore_the_files_are_scrubbed_in_any_case() -> None:
    scrub = Scrub()
    assert erase_again(Erasures(), at=NOW, scrub=scrub) == ()
    assert scrub.times == 1


def test_requests_are_listed_all_or_only_those_due() -> None:
    assert [one.customer for one in erasure_requests(Erasures())] == ["C1", "C2", "C3", "C4"]
    assert [one.customer for one in erasure_requests(Erasures(), due_on=TODAY)] == ["C2"]
