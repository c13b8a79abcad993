"""The services of the simulation keep the rules of the product's on PostgreSQL: random decisions, the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import Engine, text

from adapters.database.connection import connect
from adapters.outbox.services import (
    confirm_services,
    set_services,
    suspension_in_doubt,
    wanted_services,
    withdraw_services,
)
from engine.execution.memory import MemoryOutbox, Row
from tests.databases import fresh_database
from tests.drills.simulation.services import Services
from tests.engine.execution.stores import BLANK, postgres_store

DAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 11, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine(_template: tuple[str, str]) -> Iterator[Engine]:
    with fresh_database(_template) as url:
        made = connect(url)
        with made.begin() as connection:
            connection.execute(
                text(
                    "insert into source (key, title, ledger_currency, jurisdiction) "
                    "values ('books', 'Books', 'PLN', 'pl')"
                )
            )
        yield made
        made.dispose()


def _step(rng: Random, engine: Engine, services: Services, customer: str, memory: MemoryOutbox) -> None:
    """One random thing happens to both."""
    by, desired = rng.choice(("D1", "D2", "D3")), rng.choice(("suspended", "active"))
    by = f"{customer}{by}"
    if rng.random() < 0.5:
        services.set(customer, desired, by)
        with engine.begin() as connection:
            set_services(connection, "books", customer, desired, "all", by=by, on=DAY)
        return
    if rng.random() < 0.3:
        services.confirm(customer, by)
        with engine.begin() as connection:
            confirm_services(connection, "books", customer, by=by)
        return
    sure = rng.random() < 0.3
    services.withdraw(customer, by, desired, _of(memory, by), sure=sure)
    with engine.begin() as connection:
        undone = withdraw_services(connection, "books", customer, desired, by=by, on=DAY, sure=sure)
    assert undone is not services.stands(customer, by, desired)


def _of(memory: MemoryOutbox, decision: str) -> list[Row]:
    return [row for row in memory.rows.values() if row.action.decision_key == decision]


@pytest.mark.parametrize("seed", range(30))
def test_both_are_moved_alike(engine: Engine, seed: int) -> None:
    rng, customer = Random(seed), f"K{seed}"  # noqa: S311  a seed that replays is the point
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into service (source, customer_key, key, name, recorded_from, digest) "
                "values ('books', :customer, :customer, 'S', :now, '')"
            ),
            {"customer": customer, "now": NOW},
        )
    store, memory, services = postgres_store(engine), MemoryOutbox(lambda: NOW), Services()
    for number, state in enumerate(rng.sample(("ready", "done", "unknown", "cancelled"), 2)):
        fields = {
            "decision_key": f"{customer}D{number + 1}",
            "customer": customer,
            "kind": "suspend",
            "channel": rng.choice(("webhook", "internal")),
        }
        store.add(state=state, **fields)
        memory.add(Row(type(BLANK)(**{**_values(), **fields, "id": number + 1}), state=state))
    for _ in range(12):
        _step(rng, engine, services, customer, memory)
        with engine.begin() as connection:
            desired = connection.execute(
                text(
                    "select desired, version, decided_by, confirmed_version from service_state "
                    "where customer_key = :customer"
                ),
                {"customer": customer},
            ).first()
            kept = services.kept.get(customer)
            assert (tuple(desired) if desired else None) == (
                (kept.desired, kept.version, kept.decided_by, kept.confirmed) if kept else None
            )
            for decision in ("D1", "D2", "D3"):
                doubt = suspension_in_doubt(connection, "books", customer, by=f"{customer}{decision}")
                assert doubt is services.in_doubt(customer, f"{customer}{decision}")
                told = wanted_services(connection, "books", customer, by=f"{customer}{decision}")
                mine = kept is not None and kept.decided_by == f"{customer}{decision}"
                assert bool(told) is mine


def _values() -> dict[str, object]:
    return {name: getattr(BLANK, name) for name in BLANK.__slots__}
