"""Facts of past days as they are known now, read ahead while one day is decided."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from queue import SimpleQueue
from typing import Final

from sqlalchemy import Connection, Engine

from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.facts.rows import BatchRows
from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.facts.snapshots import build_cases
from engine.errors import NotFound
from engine.facts.case import CustomerCase
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset

#: Days read ahead of the one that is decided.
_AHEAD: Final = 8
#: Connections that read; more would only take the processor from the deciding.
_READERS: Final = 2


class PastDays:
    """The cases of past days."""

    def __init__(self, engine: Engine, facts: PostgresFacts, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._facts = facts
        self._clock = clock

    def cases(
        self, source: str, days: Sequence[date], choose: Callable[[Mapping[str, FactValue], str | None], Ruleset | None]
    ) -> Iterator[tuple[date, Iterator[tuple[CustomerCase, Ruleset]]]]:
        """Each day with its cases by customer, under the ruleset that is chosen; the days follow each other, so the run
        before each is that of the day before. Raises NotFound for an unknown source."""
        if source not in {state.key for state in self._facts.sources()}:
            raise NotFound("source", source)
        known_at = self._clock()
        with self._engine.connect() as connection:
            first = self._facts.context(connection, source, days[0], known_at)
        first = replace(first, source_age_hours=None)
        for number, (day, rows) in enumerate(self._rows(source, days, known_at)):
            context = replace(first, as_of=day, days_since_last_run=1 if number else None, _factors={})
            yield day, build_cases(rows, context, choose)

    def _rows(self, source: str, days: Sequence[date], known_at: datetime) -> Iterator[tuple[date, BatchRows]]:
        """The rows of each day in order; the database reads the next days while one is being decided."""
        with ExitStack() as stack, ThreadPoolExecutor(_READERS) as readers:
            free = SimpleQueue[Connection]()
            for _ in range(_READERS):
                free.put(stack.enter_context(self._engine.connect()))

            def read(day: date) -> BatchRows:
                connection = free.get()
                try:
                    rows = read_rows(connection, source, "", "\U0010ffff", day, known_at)
                    # like the age of data, doubt is about today's books and not about the day
                    return replace(rows, doubts=())
                finally:
                    free.put(connection)

            waiting = deque[tuple[date, Future[BatchRows]]]()
            for day in days:
                waiting.append((day, readers.submit(read, day)))
                if len(waiting) > _AHEAD:
                    ready, rows = waiting.popleft()
                    yield ready, rows.result()
            for ready, rows in waiting:
                yield ready, rows.result()
