"""A second run of a day decides only whom something new is written about, and that is all a full run would have."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.database.facts.snapshot_rows import QUERIES
from adapters.finance.rates.csv_rates import CsvRates
from adapters.outbox.services import set_services
from adapters.runs import scope
from adapters.runs.batch import BatchOrder, decide_batch
from adapters.runs.run import execute
from adapters.runs.run_inputs import RunInputs
from engine.errors import EngineCrashed
from engine.execution.reports import RunReport
from rules.parameters.loading import known_law
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DAY, NOTICE, SOURCE, SUSPENSION, Installation, _evaluators
from tests.adapters.runs.test_mass_hold import CUSTOMERS as DEBTORS
from tests.adapters.runs.test_mass_hold import indebted
from tests.databases import fresh_database

CUSTOMERS = ("A", "B", "C", "D", "E")


def books(days: Sequence[int], currency: str = "PLN") -> dict[str, Any]:
    """Two open items of each customer, the second due so many days before the day of the run."""
    items = [
        {"key": f"{name}{number}", "customer": name, "issued": (DAY - timedelta(days=late + 14)).isoformat(),
         "due": (DAY - timedelta(days=late)).isoformat(), "amount": f"{400 + late}.00", "currency": currency}
        for name, second in zip(CUSTOMERS, days, strict=True)
        for number, late in ((1, 10), (2, second))
    ]  # fmt: skip
    return {
        "customers": [{"key": name, "language": "pl"} for name in CUSTOMERS],
        "items": items,
        "services": [{"key": f"S{name}", "customer": name} for name in CUSTOMERS[:3]],
    }


LATE = (40, 20, 5, -3, 60)


def run_inputs(house: Installation) -> RunInputs:
    """What the installation decides by now."""
    rulesets = house.system.rules.library.effective(DAY)
    books = house.system.books
    return RunInputs.of(rulesets, books.rates, known_law, books.company(SOURCE).terms, books.working_day, house.clock)


def run(house: Installation, given: RunInputs | None = None, *, full: bool = False) -> RunReport:
    """Decide the day a minute later."""
    house.clock.now += timedelta(minutes=1)
    given = given or run_inputs(house)
    house.rulesets = given.rulesets
    engine, archive = house.system.database.engine, house.system.records.archive
    return execute(engine, archive, house, SOURCE, DAY, given.rulesets, clock=house.clock, run_inputs=given, full=full)


def decided(house: Installation) -> set[str]:
    """Keys of everything decided so far."""
    with house.system.database.engine.connect() as connection:
        return set(connection.execute(text("select key from decision")).scalars())


def everybody_again(house: Installation) -> set[str]:
    """What a full run would decide now, written or not."""
    evaluators = _evaluators(house.system.rules.library.effective(DAY))
    at = house.clock.now + timedelta(minutes=1)
    with house.system.database.engine.begin() as connection:
        context = house.system.books.facts.context(connection, SOURCE, DAY, at)
        decided, _ = decide_batch(connection, BatchOrder(0, SOURCE, "", "~", DAY, at, dry=True), context, evaluators)
    return {made.key for one in decided for made in one.decisions}


def looked_at(house: Installation, report: RunReport) -> list[str]:
    """The customers that a run which adds to another one decided."""
    assert report.since_run is not None, "the run decided everybody"
    with house.system.database.engine.connect() as connection:
        batches = connection.execute(text("select keys from run_batch where run_id = :run"), {"run": report.run_id})
        return sorted(key for keys in batches.scalars() for key in keys)


@pytest.fixture
def ran(house: Installation) -> Installation:
    """An installation whose day was decided."""
    house.sync(DAY, books(LATE))
    assert run(house).counts["decisions"] > 3
    return house


def test_a_second_run_looks_at_nobody_when_nothing_was_written(ran: Installation) -> None:
    report = run(ran)
    assert looked_at(ran, report) == []
    assert set(report.counts.values()) == {0}


def test_it_looks_at_whoever_paid_and_at_nobody_else(ran: Installation) -> None:
    ran.sync(
        DAY,
        {"payments": [{"key": "P", "customer": "B", "paid": "2026-03-11", "amount": "1.00", "pays": {"B1": "1.00"}}]},
    )
    assert looked_at(ran, run(ran)) == ["B"]
    assert looked_at(ran, run(ran)) == []


@pytest.mark.parametrize(
    ("tables", "customers"),
    [
        ({"customers": [{"key": "C", "dunning": "no"}]}, ["C"]),
        ({"items": [{"key": "NEW", "customer": "D", "issued": "2026-01-02", "due": "2026-02-02", "amount": 9}]}, ["D"]),
        ({"items": [{"key": "A2", "customer": "B"}]}, ["A", "B"]),
        ({"holds": [{"key": "H", "customer": "E", "from": "2026-03-01"}]}, ["E"]),
        ({"services": [{"key": "SE", "customer": "E"}]}, ["E"]),
        ({"payments": [{"key": "P", "customer": "A", "paid": "2026-03-11", "amount": "1.00"}]}, ["A"]),
        ({"customers": [{"key": "F", "language": "pl"}]}, ["F"]),
    ],
)
def test_every_table_of_the_books_tells_whom_it_speaks_of(
    ran: Installation, tables: Mapping[str, Any], customers: list[str]
) -> None:
    ran.sync(DAY, tables)
    assert looked_at(ran, run(ran)) == customers


def test_it_looks_at_whose_action_moved_and_whose_services_did(ran: Installation) -> None:
    moved = next(action for action in ran.actions("state = 'ready'") if action.customer_key != "B")
    ran.write("update action set state = 'cancelled' where id = :id", id=moved.id)
    with ran.system.database.engine.begin() as connection:
        set_services(connection, SOURCE, "B", "suspended", "all", by="a person", on=DAY)
    assert looked_at(ran, run(ran)) == sorted({moved.customer_key, "B"})


def test_whoever_was_erased_is_looked_at_though_no_fact_has_a_new_version(ran: Installation) -> None:
    ran.write("update customer set email = null, dunning_allowed = false where key = 'C'")
    assert looked_at(ran, run(ran)) == ["C"]


def test_what_another_transaction_had_begun_before_the_run_and_ended_after_it_is_not_missed(
    house: Installation,
) -> None:
    house.sync(DAY, books(LATE))
    with house.system.database.engine.begin() as slow:
        slow.execute(text("update customer set dunning_allowed = false where key = 'D'"))
        run(house)
    assert "D" in looked_at(house, run(house))


def test_every_table_that_snapshots_are_made_of_is_watched() -> None:
    """`decision` and `action_item` are written with their action, and never changed without it."""
    read = {name for query in QUERIES for name in re.findall(r"\b(?:from|join) ([a-z_]+)", query)}
    watched = set(re.findall(r"\b(?:from|join) ([a-z_]+) t\b", scope._TOUCHED.text))
    assert read - watched <= {"decision", "action_item", "lateral"}


def _other_rates(tmp_path: Path, house: Installation) -> RunInputs:
    (tmp_path / "rates.csv").write_text("day,currency,rate\n2026-03-11,EUR,9.99\n", "utf-8")
    return replace(run_inputs(house), rates=CsvRates(tmp_path / "rates.csv"))


def test_everybody_is_decided_when_a_rate_that_was_used_changed(house: Installation, tmp_path: Path) -> None:
    house.sync(DAY, books(LATE, "EUR"))
    (tmp_path / "first.csv").write_text("day,currency,rate\n2026-03-11,EUR,4.25\n", "utf-8")
    house.system.books.rates = CsvRates(tmp_path / "first.csv")
    house.system.books.__dict__.pop("facts", None)
    run(house)
    assert run(house).since_run is not None
    assert run(house, _other_rates(tmp_path, house)).since_run is None


def test_a_rate_that_nobody_used_matters_to_nobody(ran: Installation, tmp_path: Path) -> None:
    assert run(ran, _other_rates(tmp_path, ran)).since_run is not None


def test_everybody_is_decided_under_other_rules(ran: Installation) -> None:
    before = run_inputs(ran)
    other = replace(before, rulesets=[*before.rulesets[:-1], replace(before.rulesets[-1], version="f" * 64)])
    assert run(ran, other).since_run is None


def test_everybody_is_decided_under_another_law_or_other_terms_of_the_company(ran: Installation) -> None:
    before = run_inputs(ran)
    usual = ran.system.books.company(SOURCE).terms
    clocks = ran.system.books.working_day, ran.clock
    other_law = RunInputs.of(before.rulesets, before.rates, lambda _: None, usual, *clocks)
    other_terms = RunInputs.of(before.rulesets, before.rates, known_law, replace(usual, sector="telecom"), *clocks)
    assert run(ran, other_law).since_run is None
    assert run(ran, other_terms).since_run is None
    assert run(ran, before).since_run is None
    assert run(ran, before).since_run is not None


def test_everybody_is_decided_once_the_data_may_be_too_old(ran: Installation) -> None:
    ran.clock.now += timedelta(hours=36, minutes=30)
    assert run(ran).since_run is not None
    ran.clock.now += timedelta(minutes=30)
    assert run(ran).since_run is None


def test_everybody_is_decided_when_asked_and_when_the_clock_went_back(ran: Installation) -> None:
    assert run(ran, full=True).since_run is None
    ran.clock.now -= timedelta(minutes=10)
    assert run(ran).since_run is None


def test_everybody_is_decided_after_a_run_of_an_earlier_day_was_made_up(ran: Installation) -> None:
    engine, archive = ran.system.database.engine, ran.system.records.archive
    earlier = DAY - timedelta(days=2)
    execute(engine, archive, ran, SOURCE, earlier, ran.rulesets, clock=ran.clock, run_inputs=run_inputs(ran))
    assert run(ran).since_run is None


def test_a_run_that_went_on_under_another_law_decides_everybody_and_nobody_adds_to_it(
    ran: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran.sync(DAY, {"customers": [{"key": "B", "email": "new@b.example"}]})
    with monkeypatch.context() as broken:
        broken.setattr(ran, "batches", _crash)
        with pytest.raises(EngineCrashed):
            run(ran)
    before = run_inputs(ran)
    report = run(ran, replace(before, fixed={**before.fixed, "law": "other"}))
    assert report.since_run is None
    assert report.counts["customers"] >= len(CUSTOMERS)
    assert run(ran).since_run is None


def test_a_run_that_goes_on_as_it_began_still_adds_to_its_own(
    ran: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran.sync(DAY, {"customers": [{"key": "B", "email": "new@b.example"}]})
    with monkeypatch.context() as broken:
        broken.setattr(ran, "batches", _crash)
        with pytest.raises(EngineCrashed):
            run(ran)
    assert looked_at(ran, run(ran)) == ["B"]


def _crash(_orders: Sequence[BatchOrder]) -> Iterator[Mapping[str, int]]:
    raise EngineCrashed("a child died twice")


def test_many_small_runs_do_not_slip_past_the_brake_on_suspensions(house: Installation, inbox: Inbox) -> None:
    house.day(NOTICE, indebted(DEBTORS[:6]))
    house.deliver(NOTICE)
    house.sync(SUSPENSION, {"holds": [{"key": "H", "customer": DEBTORS[5], "reason": "manual", "from": "2026-03-10"}]})
    house.run(SUSPENSION)
    assert house.states("kind = 'suspend'") == ["ready"] * 5
    house.books.remove({"holds": ["H"]})
    house.day(SUSPENSION)
    assert house.states("kind = 'suspend'") == ["ready"] * 5 + ["proposed"], "the sixth of the day"


def test_the_archive_says_whom_a_run_looked_at(ran: Installation) -> None:
    first = run(ran).run_id
    ran.sync(DAY, {"customers": [{"key": "B", "email": "new@b.example"}]})
    report = run(ran)
    with ran.system.database.engine.connect() as connection:
        bodies = connection.execute(
            text("select convert_from(body, 'UTF8')::jsonb -> 'data' from archive_entry where kind = 'run:started' "
                 "order by id")
        ).scalars().all()  # fmt: skip
    assert (report.since_run, bodies[0]["scope"]) == (first, "all")
    assert {name: bodies[-1][name] for name in ("scope", "since_run", "customers")} == {
        "scope": "changed",
        "since_run": first,
        "customers": 1,
    }


_Change = Callable[[Installation, str, int], None]


def _sync(**tables: Callable[[str, int], dict[str, Any]]) -> _Change:
    def change(house: Installation, name: str, number: int) -> None:
        house.books.change({table: [row(name, number)] for table, row in tables.items()})
        house.books.write(house.source)
        house.clock.now += timedelta(minutes=1)
        house.mirror()  # a row that is wrong goes to the quarantine, as always

    return change


def _cancel(house: Installation, name: str, number: int) -> None:
    states = ("cancelled", "failed", "unknown", "proposed", "held")
    house.write(
        "update action set state = :state where customer_key = :name and state <> 'done' and channel = 'email'",
        state=states[number % len(states)],
        name=name,
    )


def _sent(house: Installation, name: str, number: int) -> None:
    on = DAY - timedelta(days=number % 2 * 20)
    house.write(
        "update action set state = 'done', done_on = :on, offered = true where customer_key = :name "
        "and state in ('ready', 'proposed', 'failed')",
        on=on,
        name=name,
    )


def _services(house: Installation, name: str, number: int) -> None:
    with house.system.database.engine.begin() as connection:
        set_services(connection, SOURCE, name, ("suspended", "active")[number % 2], "all", by="a person", on=DAY)


def _item(name: str, number: int) -> dict[str, Any]:
    late = 3 * (number % 25)
    return {
        "key": f"N{number}",
        "customer": name,
        "issued": (DAY - timedelta(days=late + 9)).isoformat(),
        "due": (DAY - timedelta(days=late)).isoformat(),
        "amount": f"{40 + 90 * number}.00",
    }


CHANGES: Mapping[str, _Change] = {
    "pays": _sync(payments=lambda name, number: {
        "key": f"P{number}", "customer": name, "paid": "2026-03-11", "amount": "400.00",
        "pays": {f"{name}{1 + number % 2}": "400.00"} if number % 3 else {}}),
    "owes more": _sync(items=_item),
    "moves an item": _sync(items=lambda name, number: {"key": f"{CUSTOMERS[number % 5]}1", "customer": name}),
    "has another due date": _sync(items=lambda name, number: {
        "key": f"{name}1", "due": (DAY - timedelta(days=2 * (number % 35))).isoformat()}),
    "is another customer": _sync(customers=lambda name, number: {
        "key": name, "dunning": ("no", "yes")[number % 2], "segment": ("", "key")[number % 2],
        "kind": ("business", "consumer")[number // 2 % 2]}),
    "disputes": _sync(holds=lambda name, number: {
        "key": f"H{number % 3}{name}", "customer": name, "item": f"{name}1" if number % 2 else "",
        "from": "2026-03-01", "until": ("2026-03-10", "2026-04-10", "")[number % 3],
        "reason": ("promise", "dispute", "insolvency")[number // 3 % 3]}),
    "has a message stopped": _cancel,
    "got a message": _sent,
    "is suspended": _services,
}  # fmt: skip
_ROUNDS = st.lists(
    st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.sampled_from(CUSTOMERS), st.integers(0, 99)), max_size=4),
    min_size=1,
    max_size=4,
)


@pytest.fixture
def fresh(_stocked: tuple[tuple[str, str], Path], port: int) -> Callable[[], Any]:
    """A new installation for each example."""
    stocked, keys = _stocked

    @contextmanager
    def make() -> Iterator[Installation]:
        with fresh_database(stocked) as url, tempfile.TemporaryDirectory() as folder:
            shutil.copytree(keys, Path(folder) / "home" / "keys")
            house = Installation(Path(folder), url, port)
            try:
                yield house
            finally:
                house.close()

    return make


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(late=st.tuples(*[st.integers(-10, 75)] * len(CUSTOMERS)), rounds=_ROUNDS)
def test_full_then_changed_decides_what_full_then_full_does(
    fresh: Callable[[], Any], late: tuple[int, ...], rounds: list[list[tuple[str, str, int]]]
) -> None:
    with fresh() as house:
        house.sync(DAY, books(late))
        run(house)
        for changes in rounds:
            for change, name, number in changes:
                CHANGES[change](house, name, number)
            expected = decided(house) | everybody_again(house)
            report = run(house)
            assert set(looked_at(house, report)) <= set(CUSTOMERS)
            assert decided(house) == expected
        before = decided(house)
        run(house, full=True)
        assert decided(house) == before
