"""Archived decisions decided again: the same to the byte whatever came later, different when anything was tampered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from adapters.database.connection import connect
from adapters.runs.archived_case import OWN_DOINGS
from archive.entries.reading import Reader
from archive.entries.redecision import Redecision
from engine.errors import InvalidInput, NotFound
from engine.facts.catalogue import BY_NAME
from tests.adapters.installation import DAY, DEBT, ITEMS, NOTICE, PAID, SOURCE, SUSPENSION, Installation
from tests.conftest import administrator_url

RITA = Reader("Rita", "operator")


def _runs(house: Installation) -> list[int]:
    with house.system.database.engine.connect() as connection:
        return list(connection.execute(text("select id from run order by id")).scalars())


def _again(house: Installation) -> list[Redecision]:
    """Every archived decision, decided again."""
    audit, redecider = house.system.records.audit, house.system.runs.redecider
    return [redecider.again(record) for run in _runs(house) for record in audit.records(run, RITA)]


def _results(house: Installation) -> list[tuple[str, str]]:
    """Result and first difference of each."""
    return [(made.result, made.differences[0].where if made.differences else "") for made in _again(house)]


def test_decisions_are_the_same_the_moment_they_are_made(house: Installation) -> None:
    house.day(DAY, ITEMS)
    assert _results(house) == [("same", "")]


def test_they_stay_the_same_when_messages_went_out_and_payments_came(house: Installation) -> None:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION - timedelta(days=3))
    house.day(SUSPENSION)
    house.deliver(SUSPENSION)
    before = _results(house)
    assert len(before) >= 2
    assert {result for result, _ in before} == {"same"}
    house.day(SUSPENSION + timedelta(days=1), PAID)
    house.deliver(SUSPENSION + timedelta(days=1))
    after = _again(house)
    assert len(after) > len(before)
    assert [(made.result, made.differences) for made in after] == [("same", ())] * len(after)


def test_they_stay_the_same_when_the_books_are_corrected_later(house: Installation) -> None:
    house.day(DAY, ITEMS)
    house.sync(DAY, {"items": [{"key": "I1", "amount": "9999.00"}], "customers": [{"key": "A", "email": ""}]})
    house.sync(DAY + timedelta(days=40), {"items": [{"key": "I2", "due": "2026-04-30"}]})
    house.run(DAY + timedelta(days=40))
    assert {result for result, _ in _results(house)} == {"same"}


def test_a_day_in_the_past_decided_late_is_decided_from_what_was_known_then(house: Installation) -> None:
    house.day(DAY, ITEMS)
    day_before = (DAY - timedelta(days=1)).isoformat()
    house.sync(
        DAY + timedelta(days=10),
        {"payments": [{"key": "P1", "paid": day_before, "amount": "300.00", "pays": {"I1": "300.00"}}]},
    )
    assert _results(house) == [("same", "")]  # paid before the day, but nobody knew it


def test_every_part_of_a_customer_with_hundreds_of_items_is_compared(house: Installation) -> None:
    many = [
        {"key": f"I{number:04}", "issued": "2026-02-01", "due": "2026-03-02", "amount": f"{number + 60}.00"}
        for number in range(700)
    ]
    house.day(DAY, {"customers": [{"key": "A"}], "items": many})
    (record,) = house.system.records.audit.records(_runs(house)[0], RITA)
    assert len(record.entries) > 1
    assert house.system.runs.redecider.again(record).result == "same"
    by_part = [house.system.records.audit.record(entry.id, RITA).entries for entry in record.entries]
    assert by_part == [record.entries] * len(record.entries)
    house.write("update open_item set amount = amount + 1 where key = 'I0699'")
    (found,) = house.system.runs.redecider.again(record).differences
    assert (found.basis, found.where.startswith("customer.")) == ("books", True)


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("update open_item set amount = amount + 1 where key = 'I1'", "customer."),
        ("update open_item set due_date = due_date + 1 where key = 'I2'", "items.I2."),
        ("update open_item set closed_on = due_date where key = 'I2'", "customer."),
        (
            "update document set number = 'X/1' where key in (select document_key from open_item where key = 'I1')",
            "items.I1.document",
        ),
        ("update customer set dunning_allowed = false", "customer.dunning_allowed"),
        ("delete from customer", "customer"),
        ("update open_item set recorded_from = recorded_from + interval '1 year' where key = 'I1'", "customer."),
    ],
)
def test_tampered_books_are_found_and_the_fact_is_named(house: Installation, statement: str, where: str) -> None:
    house.day(DAY, ITEMS)
    house.write(statement)
    (made,) = _again(house)
    (found,) = made.differences
    assert (made.result, found.basis) == ("different", "books")
    assert found.where.startswith(where), found


def test_other_rules_under_the_archived_version_are_found(house: Installation) -> None:
    house.day(DAY, ITEMS)
    house.write("update ruleset_version set body = replace(body, 'at_least: 3', 'at_least: 300')")
    house.system.rules.__dict__.pop("library", None)
    (made,) = _again(house)
    assert made.result == "different"


def test_an_erased_customer_cannot_be_decided_again(house: Installation) -> None:
    house.day(DAY, ITEMS)
    superuser = connect(administrator_url(str(house.system.database.url)))
    with superuser.begin() as connection:
        connection.execute(text("update subject_key set wrapped = null, destroyed_at = now()"))
    superuser.dispose()
    assert _results(house) == [("erased", "")]


def test_what_is_no_decision_is_refused(house: Installation) -> None:
    house.day(DAY, ITEMS)
    audit = house.system.records.audit
    with pytest.raises(NotFound):
        audit.record(10**9, RITA)
    with pytest.raises(NotFound):
        list(audit.records(10**9, RITA))
    with house.system.database.engine.connect() as connection:
        started = connection.execute(text("select id from archive_entry where kind = 'run:started'")).scalar_one()
    with pytest.raises(InvalidInput, match="run:started"):
        audit.record(started, RITA)


def test_deciding_again_is_noted_once_a_command(house: Installation) -> None:
    house.day(DAY, ITEMS)
    list(house.system.records.audit.records(_runs(house)[0], RITA))
    noted = [entry for entry in house.system.records.audit.show(f"{SOURCE}:A", RITA) if entry.kind == "archive:read"]
    assert noted == []  # a whole run is nobody's own
    house.system.records.audit.record(_decision(house), RITA)
    noted = [entry for entry in house.system.records.audit.show(f"{SOURCE}:A", RITA) if entry.kind == "archive:read"]
    assert [(one.actor, one.public["what"], one.public["count"]) for one in noted] == [
        ("Rita", "show", 1),
        ("Rita", "redecide", 1),
    ]


def _decision(house: Installation) -> int:
    with house.system.database.engine.connect() as connection:
        return int(connection.execute(text("select min(entry_id) from decision")).scalar_one())


def test_what_monitum_did_itself_is_named_by_facts_of_the_catalogue() -> None:
    assert set(BY_NAME) >= OWN_DOINGS
    assert date.fromisoformat("2026-03-12") == DAY
