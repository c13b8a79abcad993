"""One person sets a hold, two lift it, and nothing under it is erased: not by a person, not by its day, not in SQL."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from archive.entries.entry import NewEntry
from engine.errors import Conflict, FourEyes, InvalidInput, NotFound
from tests.adapters.database.erasure.erasing import LATER, erase, lived_through
from tests.adapters.installation import SOURCE, Installation

OWNER = f"{SOURCE}:A"


@pytest.fixture
def lived(house: Installation) -> Installation:
    return lived_through(house, other=False)


def test_a_hold_of_each_kind_blocks_erasure_until_two_people_lift_it(lived: Installation) -> None:
    holds, system = lived.system.records.legal_holds, lived.system
    case = next(
        entry.case for entry in system.records.archive.show(SOURCE, "A") if (entry.case or "").startswith("action:")
    )
    document = system.issuance.documents.find()[0].id
    at = lived.clock.now
    for scope, reference in (("customer", OWNER), ("document", str(document)), ("case", str(case))):
        hold = holds.set(scope, reference, by="Hanna", reason="claim in court", at=at)  # type: ignore[arg-type]
        done = erase(lived)
        assert (done.done, done.holds, done.due_on) == (False, (hold.id,), None)
        assert holds.lift(hold.id, by="Hanna", reason="over", at=at).stands
        assert erase(lived).holds == (hold.id,)
        with pytest.raises(FourEyes, match="a second person"):
            holds.lift(hold.id, by=" Hanna ", reason="over", at=at)
        assert not holds.lift(hold.id, by="Jan", reason="over", at=at).stands
        with pytest.raises(Conflict, match="lifted already"):
            holds.lift(hold.id, by="Ewa", reason="over", at=at)
    assert [hold.lifted_by for hold in holds.list()] == [("Hanna", "Jan")] * 3
    kinds = [entry.kind for entry in system.records.archive.show(SOURCE, "A")]
    assert kinds.count("erasure:refused") == 6
    assert kinds.count("legal_hold:set") == 2  # that of the case is about nobody in particular
    [waits] = system.records.erasures.waiting()
    assert waits["customer_key"] == "A"
    assert len(system.records.erasures.run(at=at, today=system.today())) == 1
    assert system.records.archive.verify().problems == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(days=st.integers(0, 20_000))
def test_no_day_ends_a_hold(lived: Installation, days: int) -> None:
    holds, system = lived.system.records.legal_holds, lived.system
    if not holds.list():
        holds.set("customer", OWNER, by="Hanna", reason="claim", at=LATER)
    at = LATER + timedelta(days=days)
    before = len(system.records.archive.show(SOURCE, "A"))
    assert not erase(lived, at=at, today=at.date()).done
    assert system.records.erasures.run(at=at, today=date(9999, 12, 31)) == []
    assert len(system.records.archive.show(SOURCE, "A")) == before + 1
    with system.database.engine.connect() as connection:
        assert connection.execute(text("select count(*) from subject_key where wrapped is null")).scalar_one() == 0


def test_the_database_itself_refuses_under_a_hold_and_without_an_entry(lived: Installation) -> None:
    system = lived.system
    hold = system.records.legal_holds.set("customer", OWNER, by="Hanna", reason="claim", at=LATER)
    forged = NewEntry("subject:erased", "erasure:1", LATER, "x", "x", subject=OWNER, public={"contents": []})
    with system.database.engine.connect() as connection:
        [entry] = system.records.archive.append(connection, [forged])
        with pytest.raises(DBAPIError, match="a legal hold forbids"):
            connection.execute(text("select archive_erase(:id)"), {"id": entry})
    other = system.records.archive.show(SOURCE, "A")[0].id
    for statement in (
        f"select archive_erase({other})",
        "delete from legal_hold",
        "update legal_hold_lift set lifted_by = 'Jan'",
        "delete from content",
        "insert into erased_content select sha256, media_type, 1 from content",
        f"update legal_hold set set_by = 'x' where id = {hold.id}",
    ):
        refusal = "is no erasure|permission denied"
        with system.database.engine.connect() as connection, pytest.raises(DBAPIError, match=refusal):
            connection.execute(text(statement))


def test_an_erasure_takes_only_what_the_subjects_own_entries_name(lived: Installation) -> None:
    """Whoever may write entries cannot have the contents of others erased."""
    system = lived.system
    at = lived.clock.now
    with system.database.engine.begin() as connection:
        mine = system.records.archive.store_content(connection, b"letter to Z", "text/plain")
        about = NewEntry(
            "action:done", "action:900", at, "x", "x", subject=f"{SOURCE}:Z", documents={mine: "text/plain"}
        )
        system.records.archive.append(connection, [about])
        forged = NewEntry("subject:erased", "erasure:9", at, "x", "x", subject=OWNER, public={"contents": [mine]})
        [entry] = system.records.archive.append(connection, [forged])
        connection.execute(text("select archive_erase(:id)"), {"id": entry})
    assert system.records.archive.content(mine) == b"letter to Z"


def test_wrong_usage_is_said(lived: Installation) -> None:
    holds = lived.system.records.legal_holds
    with pytest.raises(NotFound):
        holds.set("document", "999", by="Hanna", reason="claim", at=LATER)
    with pytest.raises(NotFound):
        holds.set("customer", "books:nobody", by="Hanna", reason="claim", at=LATER)
    with pytest.raises(NotFound):
        holds.lift(999, by="Hanna", reason="over", at=LATER)
    with pytest.raises(InvalidInput, match="reason"):
        holds.set("customer", OWNER, by="Hanna", reason=" ", at=LATER)
