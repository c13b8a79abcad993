"""Two years of the real receivables file: every decision of the replay is the oracle's, and the other way round."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

import app.commands.main as cli
from app.installation.settings import Settings
from app.installation.system import System
from app.usecases.release import import_shipped
from app.usecases.replay import replay
from app.usecases.sync import sync_source
from engine.decisions.replay import record
from tests.databases import fresh_database
from tests.replay import oracle
from tests.replay.oracle import Line

SOURCE = "ibm"
FIRST, LAST = date(2012, 2, 1), date(2014, 1, 31)
QUARTER = date(2013, 1, 1), date(2013, 3, 31)
RULES_OF = date(2026, 1, 1)


@pytest.fixture(scope="module")
def environment(_template: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The settings of an installation with a fresh, migrated, empty database, one for all tests of this file."""
    with fresh_database(_template) as url:
        yield {"DATABASE_URL": url, "MONITUM_HOME": str(tmp_path_factory.mktemp("replay"))}


@pytest.fixture(scope="module")
def system(environment: Mapping[str, str]) -> Iterator[System]:
    """The installation, with the shipped rules and the real file."""
    system = System(Settings.from_environment(environment))
    import_shipped(system.rules.library, system.rules.shipped)
    sync_source(system.books.mirror, system.records.archive, SOURCE, now=system.clock())
    yield system
    system.database.engine.dispose()


@pytest.fixture(scope="module")
def replayed(system: System) -> Sequence[Line]:
    """What the replay of the two years decides."""
    return lines_of(system, FIRST, LAST)


@pytest.fixture(scope="module")
def foretold() -> Sequence[Line]:
    """What the oracle decides for them."""
    return oracle.decisions(FIRST, LAST)


def lines_of(system: System, first: date, last: date) -> Sequence[Line]:
    lines = []
    for made in replay(system.rules.library, system.books.past, SOURCE, first, last, RULES_OF):
        day, customer, kind, stage, rules, items = record(made)
        lines.append((day, customer, kind, stage, rules, items))
    return lines


def by_day(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each day, sorted: databases order customers by their collation, Python by code points."""
    days = defaultdict(list)
    for line in lines:
        days[line[0]].append(line)
    return {day: sorted(listed) for day, listed in days.items()}


def items_by_stage(lines: Iterable[Line]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _, _, _, stage, _, items in lines:
        counts[stage] += len(items.split(","))
    return counts


def test_every_line_of_the_file_is_imported(system: System) -> None:
    assert system.books.mirror.quarantined([SOURCE]) == []
    with system.database.engine.connect() as connection:
        found = connection.execute(text("select count(distinct key) from open_item where source = 'ibm'")).scalar_one()
    assert found == len(oracle.invoices()) == 2466


def test_each_day_has_the_decisions_of_the_oracle(replayed: Sequence[Line], foretold: Sequence[Line]) -> None:
    ours, theirs = by_day(replayed), by_day(foretold)
    for day in sorted(ours.keys() | theirs.keys()):
        assert ours.get(day) == theirs.get(day), day
    assert len(replayed) == len(foretold)


def test_days_follow_each_other(replayed: Sequence[Line]) -> None:
    days = [line[0] for line in replayed]
    assert days == sorted(days)


def test_the_oracle_finds_as_many_items_at_each_stage(replayed: Sequence[Line], foretold: Sequence[Line]) -> None:
    assert items_by_stage(replayed) == items_by_stage(foretold)
    assert items_by_stage(foretold) == {"due_soon": 630, "reminder": 331, "demand": 48, "final_demand": 1}


def test_nobody_is_reminded_of_what_is_settled_or_disputed(replayed: Sequence[Line]) -> None:
    invoices = {invoice.number: invoice for invoice in oracle.invoices()}
    for day, customer, kind, _, _, items in replayed:
        assert kind == "remind"
        for invoice in map(invoices.__getitem__, items.split(",")):
            assert invoice.customer == customer
            assert invoice.issued <= date.fromisoformat(day) < invoice.settled, invoice
            assert not invoice.disputed, invoice


def test_no_stage_is_sent_twice_for_an_invoice(replayed: Sequence[Line]) -> None:
    sent = Counter((item, line[3]) for line in replayed for item in line[5].split(","))
    assert set(sent.values()) == {1}


def test_a_second_replay_has_the_same_digest(system: System, environment: Mapping[str, str]) -> None:
    first, last = QUARTER
    told = [replay_command(environment, first, last) for _ in range(2)]
    assert told[0] == told[1]
    lines = lines_of(system, first, last)
    assert told[0]["digest"] == hashlib.sha256("".join("\t".join(line) + "\n" for line in lines).encode()).hexdigest()
    assert by_day(lines) == by_day(oracle.decisions(first, last))


def replay_command(environment: Mapping[str, str], first: date, last: date) -> Any:
    """What `monitum replay --json` prints."""
    arguments = ["replay", "--source", SOURCE, "--from", first.isoformat(), "--to", last.isoformat()]
    arguments += ["--rules-of", RULES_OF.isoformat(), "--json"]
    result = CliRunner(env=dict(environment)).invoke(cli.main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
