"""Deciding again what was decided: from the archived facts alone, and from the books as they were believed then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import Connection, Engine, text

from adapters.database.archive.decision_records import DecisionRecord
from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.facts.snapshots import build_cases
from adapters.runs.archived_case import ArchivedCase, first_difference
from archive.entries.canonical import canonical
from archive.entries.redecision import Basis, Deviation, Redecision
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.decisions.model import Decision
from engine.errors import MonitumError
from engine.execution.decision_entries import decision_entries
from engine.execution.entries import ExecutionEntry
from engine.facts.case import CustomerCase
from engine.law.policy import Policy
from engine.ruleset.model import Ruleset

_MADE_BEFORE = text("select key from decision where key = any(:keys) and entry_id < :entry")


class Redecider:
    """Decides records again. `ruleset(id, version)` finds a version as it was; raises NotFound."""

    def __init__(self, engine: Engine, facts: PostgresFacts, ruleset: Callable[[str, str], Ruleset]) -> None:
        self._engine = engine
        self._facts = facts
        self._ruleset = ruleset
        self._evaluators = EvaluatorCache(())

    def again(self, record: DecisionRecord) -> Redecision:
        """Decide a record again on both grounds and compare with what was archived."""
        first = record.entries[0]
        if record.erased:
            return Redecision(first.id, record.run, record.source, record.customer, "erased")
        with self._engine.begin() as connection:
            found = tuple(self._differences(connection, record))
        result: Literal["same", "different"] = "different" if found else "same"
        return Redecision(first.id, record.run, record.source, record.customer, result, found)

    def _differences(self, connection: Connection, record: DecisionRecord) -> Iterator[Deviation]:
        first = record.entries[0]
        archived = ArchivedCase(record)
        try:
            ruleset = self._ruleset(str(first.ruleset), str(first.version))
        except MonitumError as error:
            yield Deviation("archive", "ruleset", f"{first.ruleset} {first.version}", str(error))
            return
        grounds: tuple[tuple[Basis, Callable[[], CustomerCase | None]], ...] = (
            ("archive", archived.case),
            ("books", lambda: self._from_books(connection, record, archived, ruleset)),
        )
        for basis, build in grounds:
            try:
                case = build()
                again = () if case is None else tuple(self._entries(connection, record, archived, ruleset, case))
            except MonitumError as error:
                yield Deviation(basis, "evaluation", "decided", str(error))
                continue
            if case is None:
                yield Deviation(basis, "customer", record.customer, None)
            elif _bytes(record.entries) != _bytes(again):
                where, was, now = first_difference(record.entries, again)
                yield Deviation(basis, where, was, now)

    def _from_books(
        self, connection: Connection, record: DecisionRecord, archived: ArchivedCase, ruleset: Ruleset
    ) -> CustomerCase | None:
        """The case as the mirrored books gave it at the run's moment of knowledge.

        What Monitum itself had done by then is not in the books; it is taken from the record, where it is archived.
        """
        known_at = record.started.at
        context = self._facts.context(connection, record.source, archived.as_of, known_at)
        if policy := record.started.public.get("policy"):
            context = replace(context, terms=replace(context.terms, policy=Policy.of(policy)))
        rows = read_rows(connection, record.source, record.customer, record.customer, archived.as_of, known_at)
        built = next(build_cases(rows, context, lambda _facts, _pinned: ruleset), None)
        return None if built is None else archived.with_own_doings(built[0])

    def _entries(
        self,
        connection: Connection,
        record: DecisionRecord,
        archived: ArchivedCase,
        ruleset: Ruleset,
        case: CustomerCase,
    ) -> Iterable[ExecutionEntry]:
        evaluator = self._evaluators.of(ruleset)
        made = evaluator.evaluate(case).decisions
        decided = self._undone(connection, made, archived.keys, record.entries[0].id)
        return decision_entries(
            case, ruleset, decided, evaluator.reads, source=record.source, run=record.run, at=record.entries[0].at
        )

    @staticmethod
    def _undone(
        connection: Connection, made: Sequence[Decision], archived: frozenset[str], entry: int
    ) -> list[Decision]:
        """Without what an earlier run had decided already: that was not written a second time."""
        more = [one.key for one in made if one.key not in archived]
        before = set(connection.execute(_MADE_BEFORE, {"keys": more, "entry": entry}).scalars()) if more else set()
        return [one for one in made if one.key not in before]


def _bytes(entries: Iterable[Any]) -> bytes:
    """What entries say, as it is hashed."""
    said = [
        {"public": entry.public, "personal": entry.personal, "ruleset": entry.ruleset, "version": entry.version}
        for entry in entries
    ]
    return canonical(said, field="entries")
