"""A run that would suspend unusually many waits for two people; usual ones go by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.outbox.proposals import approve, drop, waiting
from adapters.runs.mass_hold import allowed_suspensions
from engine.errors import Conflict, FourEyes
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import NOTICE, SOURCE, SUSPENSION, Installation

Install = Callable[..., Installation]
SUSPEND = "kind = 'suspend'"
CUSTOMERS = [f"C{number}" for number in range(7)]


def indebted(customers: list[str], *, paid: bool = False) -> dict[str, Any]:
    """Customers with a service and a large old debt, which a payment may cover."""
    payments = [
        {"key": f"P{key}", "customer": key, "paid": "2026-02-20", "amount": "5000.00", "pays": {f"I{key}": "5000.00"}}
        for key in customers
    ]
    return {
        "customers": [{"key": key, "language": "pl"} for key in customers],
        "items": [
            {"key": f"I{key}", "customer": key, "issued": "2026-01-06", "due": "2026-01-20", "amount": "5000.00"}
            for key in customers
        ],
        "services": [{"key": f"S{key}", "customer": key} for key in customers],
    } | ({"payments": payments} if paid else {})


def suspending(house: Installation, customers: list[str]) -> None:
    """Notices sent, and the suspensions of all customers decided."""
    house.day(NOTICE, indebted(customers))
    house.deliver(NOTICE)
    house.day(SUSPENSION)


def yes(house: Installation, *ids: int, by: str) -> int:
    return approve(house.system.database.engine, house.system.records.archive, ids, by=by, now=house.clock.now)


def ids(house: Installation) -> list[int]:
    with house.system.database.engine.connect() as connection:
        return [row["id"] for row in waiting(connection, SOURCE)]


def test_as_many_as_five_are_suspended_without_asking(house: Installation) -> None:
    suspending(house, CUSTOMERS[:5])
    assert set(house.states(SUSPEND)) == {"ready"}
    assert {state for state, _ in house.services().values()} == {"suspended"}


def test_an_emptied_payment_file_suspends_nobody_without_two_people(house: Installation, inbox: Inbox) -> None:
    house.day(NOTICE, indebted(CUSTOMERS, paid=True))
    house.deliver(NOTICE)
    assert (house.states(), inbox.kept) == ([], []), "everybody has paid"
    house.books.remove({"payments": [f"P{key}" for key in CUSTOMERS]})
    house.day(date(2026, 3, 3))
    house.deliver(date(2026, 3, 3))
    told = len(inbox.kept)
    day = SUSPENSION + timedelta(days=1)
    house.day(day)
    assert house.states(SUSPEND) == ["proposed"] * len(CUSTOMERS)
    assert "7 customers, more than 5" in house.actions(SUSPEND)[0].outcome
    assert house.services() == {}
    assert house.deliver(day) == {}
    assert len(inbox.kept) == told

    assert yes(house, *ids(house), by="anna") == 0
    assert house.deliver(day) == {}
    with pytest.raises(FourEyes, match="'anna' has approved already"):
        yes(house, *ids(house), by="anna")
    assert house.services() == {}
    assert yes(house, *ids(house), by="piotr") == len(CUSTOMERS)
    assert {(row.state, row.approved_by, row.seconded_by) for row in house.actions(SUSPEND)} == {
        ("ready", "anna", "piotr")
    }
    assert {state for state, _ in house.services().values()} == {"suspended"}
    assert house.deliver(day) == {"done": len(CUSTOMERS)}


def test_one_person_can_drop_what_two_would_have_to_approve(house: Installation) -> None:
    suspending(house, CUSTOMERS)
    drop(
        house.system.database.engine,
        house.system.records.archive,
        ids(house),
        by="anna",
        reason="the file was empty",
        now=house.clock.now,
    )
    assert house.states(SUSPEND) == ["cancelled"] * len(CUSTOMERS)
    assert house.services() == {}


def test_what_the_brake_did_and_who_let_go_is_in_the_archive(house: Installation) -> None:
    suspending(house, CUSTOMERS)
    some = ids(house)[0]
    yes(house, some, by="anna")
    yes(house, some, by="piotr")
    house.system.records.archive.integrate()
    customer = house.actions(SUSPEND)[0].customer_key
    entries = [one for one in house.system.records.archive.show(SOURCE, customer) if one.kind == "proposal:approved"]
    assert [(one.actor, one.reason or "") for one in entries] == [("anna", "the first of two people"), ("piotr", "")]
    with house.system.database.engine.connect() as connection:
        kinds = connection.exec_driver_sql("select kind from archive_entry where kind like 'run:%%' order by id")
        assert kinds.scalars().all()[-2:] == ["run:finished", "run:held"]
    assert house.system.records.archive.verify().ok


def test_a_company_that_decides_suspensions_by_hand_needs_two_people_for_many_too(install: Install) -> None:
    house = install(modes={"suspend": "proposal"})
    suspending(house, CUSTOMERS)
    assert yes(house, *ids(house), by="anna") == 0
    assert yes(house, *ids(house), by="piotr") == len(CUSTOMERS)


def test_suspensions_wait_until_their_run_has_ended(house: Installation) -> None:
    house.day(NOTICE, indebted(CUSTOMERS[:2]))
    house.deliver(NOTICE)
    house.sync(SUSPENSION)
    seen: list[str] = []
    batches = house.batches

    def broken(orders: Any) -> Any:
        yield from batches(orders)
        seen.extend(house.states(SUSPEND))
        raise Conflict("the run is killed here")

    house.batches = broken  # type: ignore[method-assign]
    with pytest.raises(Conflict, match="killed"):
        house.run(SUSPENSION)
    assert seen == house.states(SUSPEND) == ["planned", "planned"]
    assert house.deliver(SUSPENSION) == {}
    assert house.services() == {}
    house.batches = batches  # type: ignore[method-assign]
    house.run(SUSPENSION)
    assert house.states(SUSPEND) == ["ready", "ready"]


def test_what_a_run_that_nobody_finished_left_behind_is_settled_by_the_next(house: Installation) -> None:
    house.day(NOTICE, indebted(CUSTOMERS[:2]))
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    house.write("update run set status = 'stopped' where as_of = :day", day=SUSPENSION)
    house.write("update action set state = 'planned' where kind = 'suspend'")
    house.day(SUSPENSION + timedelta(days=1))
    assert house.states(SUSPEND) == ["ready", "ready"]


def past(house: Installation, counts: list[int], *, before: date = SUSPENSION) -> None:
    """Finished runs of the days before, which suspended so many."""
    for ago, count in enumerate(counts, 1):
        house.write(
            "with r as (insert into run (source, as_of, known_at, status, versions, started_at) values "
            "(:source, :day, now(), 'done', '{}', now()) returning id) "
            "insert into decision (key, run_id, source, customer_key, kind, rules, ruleset, version, as_of, entry_id) "
            "select :day || '-' || n, r.id, :source, n::text, 'suspend', '{}', 'r', 'v', :day, 0 "
            "from r, generate_series(1, :count) n",
            source=SOURCE,
            day=before - timedelta(days=ago),
            count=count,
        )


@pytest.mark.parametrize(
    ("counts", "allowed"),
    [([], 5), ([0, 0, 9], 5), ([4, 4, 4], 12), ([1, 4, 100], 12), ([3, 4], 10), ([2] * 27 + [50] * 40, 6)],
    ids=["no runs", "mostly none", "thrice the usual", "the median", "an even number", "28 days"],
)
def test_what_is_usual_is_the_median_of_the_runs_of_four_weeks(
    house: Installation, counts: list[int], allowed: int
) -> None:
    past(house, counts)
    with house.system.database.engine.connect() as connection:
        assert allowed_suspensions(connection, SOURCE, SUSPENSION) == allowed


def test_the_brake_knows_its_edge(house: Installation) -> None:
    past(house, [2, 2, 3])
    suspending(house, CUSTOMERS[:6])
    assert set(house.states(SUSPEND)) == {"ready"}, "six are allowed"
