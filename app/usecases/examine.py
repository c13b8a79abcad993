"""Looking at what an installation stands on, part by part, and at what needs attention."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from app.usecases.deliver import NEED_A_PERSON
from app.usecases.sync import age_told, failures
from engine.errors import MonitumError
from engine.facts.store import FactStore
from rules.versions.library import Library


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part: whether it is all right, and what it is."""

    part: str
    ok: bool
    says: str


class Health(Protocol):
    """The parts of an installation besides its facts and rules. Each raises MonitumError or OSError when it fails."""

    def database(self) -> str:
        """Server and where it comes from."""
        ...

    def schema(self) -> tuple[str | None, str | None]:
        """The migration the database is at, and the newest."""
        ...

    def role(self) -> str:
        """The role that Monitum acts as. Raises RunsAsOwner, NotAdmitted."""
        ...

    def books(self) -> Sequence[Mapping[str, Any]]:
        """By `source`: `rows` in quarantine, `customers` whose books are in doubt, and `findings` to be mended."""
        ...

    def broker(self) -> tuple[bool, str]:
        """Whether the broker answers, and where it is."""
        ...

    def mail(self) -> tuple[bool, str]:
        """Whether the mail server answers, and where it is."""
        ...

    def outbox(self) -> tuple[Mapping[str, int], int | None]:
        """Actions by state, and since how many seconds the oldest is due."""
        ...

    def archive(self) -> tuple[int, int]:
        """Entries in the log, and those that are to be sequenced."""
        ...

    def require_unforgotten(self) -> None:
        """Raises ErasuresForgotten when a restored database knows erased customers again."""
        ...

    def waiting_erasures(self) -> Sequence[Mapping[str, Any]]:
        """Erasures that wait, with the day they are `due_on`."""
        ...


def examine(
    health: Health,
    facts: Callable[[], FactStore],
    library: Callable[[], Library],
    sources: Callable[[], Mapping[str, MonitumError | None]],
    now: datetime,
    today: date,
) -> Sequence[PartHealth]:
    """Look at every part; what cannot be looked at is a finding as well. Facts, rules and sources are reached one by
    one, so that a database that is down does not hide the rest. `sources`: by key, with what makes one unusable."""
    checks: Mapping[str, Callable[[], tuple[bool, str]]] = {
        "python": _python,
        "database": lambda: (True, health.database()),
        "schema": lambda: _schema(*health.schema()),
        "role": lambda: (True, f"{health.role()} inserts into the archive and reads it, and owns nothing"),
        "rulesets": lambda: _rules(library(), today),
        "broker": health.broker,
        "mail": lambda: _mail(health),
        "sources": lambda: _sources(facts(), sources(), now),
        "books": lambda: _books(health.books()),
        "outbox": lambda: _outbox(*health.outbox()),
        "archive": lambda: _archive(*health.archive()),
        "erasures": lambda: _erasures(health, today),
    }
    return [_look(part, check) for part, check in checks.items()]


def _look(part: str, check: Callable[[], tuple[bool, str]]) -> PartHealth:
    try:
        return PartHealth(part, *check())
    except (MonitumError, OSError) as error:
        return PartHealth(part, False, str(error))


def _python() -> tuple[bool, str]:
    version = sys.version_info
    return (3, 11) <= version < (3, 14), f"Python {version.major}.{version.minor}.{version.micro}"


def _schema(current: str | None, newest: str | None) -> tuple[bool, str]:
    behind = "" if current == newest else f", newest is {newest}: monitum release"
    return current == newest, f"migration {current}{behind}"


def _rules(library: Library, today: date) -> tuple[bool, str]:
    rulesets = library.effective(today)
    if not rulesets:
        return False, "no ruleset is effective today: monitum release, or monitum rules import FILE"
    return True, ", ".join(f"{ruleset.id} {ruleset.version[:8]}" for ruleset in rulesets)


def _mail(health: Health) -> tuple[bool, str]:
    answers, where = health.mail()
    hint = "" if answers else " does not answer: set SMTP_URL, or start a local mailbox with: monitum serve"
    return answers, f"{where}{hint}"


def _sources(facts: FactStore, sources: Mapping[str, MonitumError | None], now: datetime) -> tuple[bool, str]:
    known = {state.key: state for state in facts.sources()}
    says = [
        f"{source}: " + (age_told(known[source], now) if source in known else "never synced: monitum sync")
        for source in sources
    ]
    fresh = all(source in known and not known[source].stale for source in sources)
    unusable = failures({source: error for source, error in sources.items() if error is not None})
    return fresh and not unusable, "; ".join([*says, *unusable])


def _books(counts: Sequence[Mapping[str, Any]]) -> tuple[bool, str]:
    wrong = [row for row in counts if row["rows"] or row["customers"]]
    mend = "".join(f"; {row['source']}: {row['findings']} findings: monitum sync" for row in counts if row["findings"])
    told = "; ".join(
        f"{row['source']}: {row['rows']} problems in quarantine, {row['customers']} customers in doubt" for row in wrong
    )
    return not wrong, (f"{told}: monitum doubts" if wrong else "nothing in doubt") + mend


def _outbox(states: Mapping[str, int], oldest_due: int | None) -> tuple[bool, str]:
    stuck = sum(states.get(state, 0) for state in NEED_A_PERSON)
    age = "" if oldest_due is None else f", oldest due for {oldest_due} s"
    hint = ": monitum outbox status" if stuck else ""
    return not stuck, f"{states.get('ready', 0)} ready{age}, {stuck} need a person{hint}"


def _archive(sequenced: int, waiting: int) -> tuple[bool, str]:
    return True, f"{sequenced} entries in the log, {waiting} to be sequenced"


def _erasures(health: Health, today: date) -> tuple[bool, str]:
    health.require_unforgotten()
    due = [row["due_on"] for row in health.waiting_erasures()]
    late = [day for day in due if day is not None and day < today]
    hint = f", {len(late)} are late: monitum archive retention --due" if late else ""
    return not late, f"{len(due)} wait for their day{hint}"
