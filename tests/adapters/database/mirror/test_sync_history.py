"""Laws: only the last reading counts for the present, and every past reading can be asked for."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from tests.adapters.finance.folders import FILES, write_folder

#: One reading: item -> (amount in minor units, what is settled of it).
Books = dict[str, tuple[int, int]]
START = datetime(2026, 11, 1, tzinfo=UTC)
SOURCES = itertools.count()

books = st.dictionaries(st.sampled_from(["I1", "I2", "I3", "I4"]), st.tuples(st.integers(100, 103), st.integers(0, 2)))
relaxed = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def _write(folder: Path, source: str, state: Books) -> CsvFolder:
    items = [f"{key},D1,C1,2026-01-05,2026-01-19,PLN,{amount / 100:.2f}" for key, (amount, _) in state.items()]
    paid = {key: settled for key, (_, settled) in state.items() if settled}
    files = {
        "items.csv": FILES["items.csv"][:1] + items,
        "payments.csv": FILES["payments.csv"][:1]
        + [f"P{key},C1,2026-01-10,PLN,{amount}" for key, amount in paid.items()],
        "allocations.csv": FILES["allocations.csv"][:1]
        + [f"A{key},{key},P{key},2026-01-10,{amount}" for key, amount in paid.items()],
        "holds.csv": FILES["holds.csv"][:1],
    }
    return CsvFolder(write_folder(folder, files, source=source))


def _run(database: Engine, folder: Path, versions: list[Books]) -> str:
    source = f"s{next(SOURCES)}"
    for number, state in enumerate(versions):
        sync(database, _write(folder, source, state), now=START + timedelta(days=number), accept_shrinkage=True)
    return source


def _known(database: Engine, source: str, at: datetime) -> Books:
    """The books as they were known at a moment: open items with what is settled of them."""
    query = """
        select i.key, (i.amount * 100)::int, coalesce(sum(a.amount), 0)::int from open_item i
        left join allocation a on a.source = i.source and a.item_key = i.key
             and a.recorded_from <= :at and (a.recorded_to is null or a.recorded_to > :at)
        where i.source = :source and i.closed_on is null
          and i.recorded_from <= :at and (i.recorded_to is null or i.recorded_to > :at)
        group by i.key, i.amount
    """
    with database.connect() as connection:
        rows = connection.execute(text(query), {"source": source, "at": at})
        return {key: (amount, settled) for key, amount, settled in rows}


def _overlaps(database: Engine, source: str) -> int:
    """How many pairs of versions of one item are believed at the same time."""
    query = """
        select count(*) from open_item a join open_item b on a.source = b.source and a.key = b.key and a.id < b.id
        where a.source = :source and (a.recorded_to is null or b.recorded_from < a.recorded_to)
    """
    with database.connect() as connection:
        return int(connection.scalar(text(query), {"source": source}) or 0)


@relaxed
@given(versions=st.lists(books, min_size=1, max_size=4))
def test_any_sequence_leads_to_the_state_of_its_last_reading(
    database: Engine, tmp_path: Path, versions: list[Books]
) -> None:
    now = START + timedelta(days=99)
    many = _known(database, _run(database, tmp_path, versions), now)
    assert many == _known(database, _run(database, tmp_path, versions[-1:]), now)
    assert many == versions[-1]


@relaxed
@given(versions=st.lists(books, min_size=1, max_size=4))
def test_history_answers_what_was_known_at_any_time(database: Engine, tmp_path: Path, versions: list[Books]) -> None:
    source = _run(database, tmp_path, versions)
    for number, state in enumerate(versions):
        assert _known(database, source, START + timedelta(days=number, hours=5)) == state
    assert _known(database, source, START - timedelta(hours=1)) == {}
    assert _overlaps(database, source) == 0
