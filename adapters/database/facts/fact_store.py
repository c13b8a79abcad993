"""The fact store port on PostgreSQL: one customer at a time, for the API, explanations and the moment of effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

from adapters.database.facts.customer_state import customer_state
from adapters.database.facts.doubts import current_doubts
from adapters.database.facts.finances import customer_finances
from adapters.database.facts.hypothesis import apply_changes
from adapters.database.facts.recipients import recipients_of
from adapters.database.facts.rows import BatchRows
from adapters.database.facts.snapshot_rows import read_customer, read_rows
from adapters.database.facts.snapshots import CaseContext, build_cases, ruleset_facts
from engine.errors import MonitumError, NotFound
from engine.facts.case import CustomerCase
from engine.facts.doubts import Doubt
from engine.facts.freshness import Freshness
from engine.facts.legal import Terms
from engine.facts.recipients import Recipients
from engine.facts.store import Change, SourceState
from engine.law.law import Law
from engine.ports import RateTable
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset

_SOURCES: Final = "select key, title, ledger_currency, jurisdiction, synced_at, books_at from source order by key"
_SETTING: Final = text("""
select (select synced_at from source where key = :source) as synced_at,
       (select books_at from source where key = :source) as books_at,
       (select max(as_of) from run where source = :source and status = 'done' and as_of < :as_of) as last
""")


@dataclass(frozen=True, slots=True)
class Ages:
    """How ages are told. `working_day` (day, country): the calendar. `clock`: the present, by which a moment of the
    past is told from a clock that was set back."""

    freshness: Freshness
    working_day: Callable[[date, str], bool]
    clock: Callable[[], datetime]

    def of(self, connection: Connection, source: str, as_of: date, moment: datetime) -> tuple[int | None, int | None]:
        """Hours that the books were old at a moment, and days since the last run of an earlier day; None where there
        was none. What was read after the moment made them newer, and is no reason to doubt what was known at it."""
        row = connection.execute(_SETTING, {"source": source, "as_of": as_of}).one()
        last = (as_of - row.last).days if row.last else None
        if row.synced_at is not None and moment < row.synced_at <= self.clock():
            return 0, last
        return self.freshness.age(row.synced_at, row.books_at, moment, self.working_day), last


class PostgresFacts:
    """Reads synchronized facts. `working_day` (day, country) is the calendar.

    Reading ends with a commit: closing alone is a rollback, after which the driver forgets its prepared statements.
    """

    def __init__(
        self,
        engine: Engine,
        rates: RateTable,
        working_day: Callable[[date, str], bool],
        clock: Callable[[], datetime],
        *,
        law: Callable[[str], Law | None],
        terms: Callable[[str], Terms],
    ) -> None:
        """`law`: of a jurisdiction, None where none is known. `terms`: what the company of a source has chosen."""
        self._law = law
        self._terms = terms
        self._engine = engine
        self._rates = rates
        self._working_day = working_day
        self._clock = clock

    def sources(self) -> Sequence[SourceState]:
        """Every mirrored system, by key."""
        with self._engine.begin() as connection:
            rows = connection.execute(text(_SOURCES)).mappings().all()
        return [replace(state, **self._age(state)) for state in (SourceState(**row) for row in rows)]

    def _age(self, state: SourceState) -> Mapping[str, Any]:
        try:
            freshness = self._terms(state.key).freshness
        except MonitumError:  # what its company has settled cannot be read
            return {}
        age = freshness.age(state.synced_at, state.books_at, self._clock(), self._working_day)
        return {"age_hours": age, "stale": age is None or freshness.stale(age)}

    def case(
        self,
        source: str,
        customer: str,
        as_of: date,
        ruleset: Ruleset,
        *,
        known_at: datetime | None = None,
        changes: Iterable[Change] = (),
        contact_hour: int | None = None,
        connection: Connection | None = None,
    ) -> CustomerCase:
        """One customer's case under a ruleset, with hypothetical changes applied. Raises NotFound and InvalidInput.

        `contact_hour`: the hour of the moment when something is about to be sent. `connection`: read inside the
        caller's transaction.
        """
        if connection is None:
            with self._engine.begin() as own:
                return self.case(
                    source,
                    customer,
                    as_of,
                    ruleset,
                    known_at=known_at,
                    changes=changes,
                    contact_hour=contact_hour,
                    connection=own,
                )
        context = replace(self.context(connection, source, as_of, known_at), contact_hour=contact_hour)
        rows = self._rows(connection, source, customer, as_of, context.known_at)
        if changes:
            rows = apply_changes(rows, changes)
        case, _ = next(iter(build_cases(rows, context, lambda _facts, _pinned: ruleset)))
        return case

    def customer_facts(self, source: str, customer: str, as_of: date) -> Mapping[str, FactValue]:
        """The facts that choose the customer's ruleset, and `ruleset`, the pinned one. Raises NotFound."""
        with self._engine.begin() as connection:
            row = read_customer(connection, source, customer, as_of, self._clock())
        if row is None:
            raise NotFound("customer", customer)
        return {**ruleset_facts(row, source), "ruleset": row.ruleset}

    def recipients(self, source: str, customer: str) -> Recipients:
        """Who gets the messages to a customer, by the books and what was refused. Raises NotFound."""
        with self._engine.begin() as connection:
            return recipients_of(connection, source, customer)

    def finances(
        self, source: str, customer: str, first: date, last: date, currency: str | None, as_of: date
    ) -> Mapping[str, object]:
        """See engine.facts.store.FactStore."""
        with self._engine.begin() as connection:
            context = self.context(connection, source, as_of, None)
            rows = self._rows(connection, source, customer, as_of, context.known_at)
            ledger = self._ledger(connection, source)
            return customer_finances(connection, rows, context, first, last, ledger, currency)

    def state(self, source: str, customer: str, as_of: date) -> Mapping[str, object]:
        """See engine.facts.store.FactStore."""
        with self._engine.begin() as connection:
            known_at = self._clock()
            rows = self._rows(connection, source, customer, as_of, known_at)
            return customer_state(connection, source, rows, as_of, known_at)

    def doubts(self, source: str, customer: str) -> Sequence[Doubt]:
        """See engine.facts.store.FactStore."""
        with self._engine.begin() as connection:
            return current_doubts(connection, [source], customer)

    def context(self, connection: Connection, source: str, as_of: date, known_at: datetime | None) -> CaseContext:
        """What is the same for all customers of a source on a day: age of its data, days since the last run."""
        moment, terms = known_at or self._clock(), self._terms(source)
        age, since = Ages(terms.freshness, self._working_day, self._clock).of(connection, source, as_of, moment)
        return CaseContext(source, as_of, moment, age, since, self._rates, self._working_day, self._law, terms)

    def _rows(self, connection: Connection, source: str, customer: str, as_of: date, known_at: datetime) -> BatchRows:
        rows = read_rows(connection, source, customer, customer, as_of, known_at)
        if not rows.customers:
            raise NotFound("customer", customer)
        return rows

    def _ledger(self, connection: Connection, source: str) -> str:
        ledger: str = connection.execute(
            text("select ledger_currency from source where key = :source"), {"source": source}
        ).scalar_one()
        return ledger
