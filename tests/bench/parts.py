"""Parts that do not depend on the size of the books: evaluators against each other, backtest, letters, archive."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any, Final

from adapters.database.archive.store import Archive
from app.installation.system import System
from app.usecases.replay import replay
from app.usecases.sync import sync_source
from archive.entries.entry import NewEntry
from documents.layout.rendering import render
from tests.bench.measuring import Report, quantile, rate, say
from tests.bench.portfolio import DAY
from tests.engine import differential

#: Days of the replay: the whole of the real file.
_DAYS: Final = 730
_FIRST: Final = date(2012, 2, 1)
_BATCH: Final = 1_000
_LONE: Final = 500


def evaluators(report: Report, *, snapshots: int, seed: int) -> None:
    """Random rulesets over random snapshots; a disagreement ends the benchmark."""
    say(f"differential test over {snapshots:,} snapshots")
    start = time.perf_counter()
    done = differential.run(snapshots, seed)
    report.add(
        "Evaluators",
        "random snapshots decided three times",
        done / (time.perf_counter() - start),
        "per second",
        remark=f"{done:,} snapshots, seed {seed}; none disagreed",
    )


def backtest(system: System, report: Report, *, days: int = _DAYS) -> None:
    """Replay the real file day by day; the samples must be the books of the system."""
    sync_source(system.books.mirror, system.records.archive, "ibm", now=system.clock())
    say(f"backtest over {days} days")
    start = time.perf_counter()
    last = _FIRST + timedelta(days=days - 1)
    made = sum(1 for _ in replay(system.rules.library, system.books.past, "ibm", _FIRST, last, DAY))
    report.add(
        "Backtest", f"{days} days of the real file", time.perf_counter() - start, "s", remark=f"{made:,} decisions"
    )


def letters(report: Report, *, seconds: float) -> None:
    """Letters of a demand with 1 to 12 items, each for another customer, by turns in both languages."""
    say("letters")
    models = _models()

    def one() -> int:
        number, model = next(models)
        rendered = render("demand", "pl" if number % 2 else "en", model)
        if rendered.letter_pdf is None:
            raise RuntimeError("A demand has a letter.")
        return 1

    one()
    report.add("Letters", "PDF/A-3b letters with mail bodies", rate(one, seconds=seconds), "per CPU-second")


def _models() -> Iterator[tuple[int, dict[str, Any]]]:
    sender = {
        "name": "Hurtownia Wzorcowa sp. z o.o.",
        "address": "ul. Prosta 1, 00-838 Warszawa",
        "tax_id": "5260001246",
    }
    for number in count():
        yield (
            number,
            {
                "sender": sender,
                "customer": {"name": f"Klient {number} sp. z o.o.", "address": "ul. Kwiatowa 93, 10-001 Olsztyn"},
                "as_of": DAY,
                "deadline_days": 7,
                "rows": [_row(number, row) for row in range(number % 12 + 1)],
            },
        )


def _row(number: int, row: int) -> dict[str, Any]:
    return {
        "document": f"FV/{number}/{row}",
        "issue_date": DAY - timedelta(days=60),
        "due_date": DAY - timedelta(days=16 + row),
        "currency": "PLN",
        "original": f"{1_000 + number + row}.00",
        "open": f"{500 + number}.50",
    }


def archive(system: System, report: Report, *, entries: int) -> None:
    """Append and integrate in batches of a thousand, then verify everything."""
    say(f"archive: {entries:,} entries")
    start = time.perf_counter()
    for first in range(0, entries, _BATCH):
        batch = [_entry(system, number) for number in range(first, min(first + _BATCH, entries))]
        with system.database.engine.begin() as connection:
            system.records.archive.append(connection, batch)
        system.records.archive.integrate()
    report.add(
        "Archive",
        "append, integrate and sign",
        entries / (time.perf_counter() - start),
        "entries/s",
        remark=f"batches of {_BATCH:,}, personal data encrypted per customer",
    )
    _lone_intents(system, report, first=entries)
    start = time.perf_counter()
    result = Archive(system.database.engine, system.records.archive._keys).verify()
    if not result.ok:
        raise RuntimeError("The archive does not verify.")
    report.add("Archive", "verify everything", result.entries / (time.perf_counter() - start), "entries/s")


def _lone_intents(system: System, report: Report, *, first: int) -> None:
    """One entry at a time, as an effect waits for it: written, placed and under a signed checkpoint."""
    took: list[float] = []
    for number in range(first, first + _LONE):
        entry = _entry(system, number)
        start = time.perf_counter()
        with system.database.engine.begin() as connection:
            ids = system.records.archive.append(connection, [entry])
        system.records.archive.integrate()
        if not system.records.archive.covered(ids):
            raise RuntimeError("An integrated entry is covered.")
        took.append(1_000 * (time.perf_counter() - start))
    report.add(
        "Archive",
        "a lone intent signed, p99",
        quantile(took, 0.99),
        "ms",
        remark=f"{_LONE:,} one after the other, median {quantile(took, 0.5):.1f} ms",
    )


def _entry(system: System, number: int) -> NewEntry:
    return NewEntry(
        kind="decision:made",
        case="run:1",
        at=system.clock(),
        actor="monitum",
        role="engine",
        subject=f"bench:C{number % 5_000:07}",
        ruleset="pl.b2b.standard",
        version="0" * 64,
        public={"as_of": DAY.isoformat(), "decisions": [{"kind": "remind", "stage": "reminder", "items": 3}]},
        personal={"items": [[f"{number}/{item}", 14, 100_00 + item, "PLN", "invoice", False] for item in range(10)]},
    )
