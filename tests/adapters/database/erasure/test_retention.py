"""Nothing that the law keeps is erased: every try before its day is refused and written down, and done on its day."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from adapters.database.archive.store import Archive
from adapters.database.erasure.erasures import Erasures
from adapters.database.erasure.retention import Retention
from archive.erasure.retention import Record, RecordClass, Term, TermUnknown, kept
from archive.erasure.shred_journal import ShredJournal
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import Conflict
from rules.parameters.loading import known_law

FROM = datetime(2010, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def _erasures(database: Engine, folder: Path) -> Erasures:
    archive = Archive(database, ArchiveKeys(folder / "keys"))
    return Erasures(database, archive, Retention(known_law), ShredJournal(folder / "keys"))


def _source(connection: Connection, key: str, jurisdiction: str) -> None:
    connection.execute(
        text("insert into source (key, title, ledger_currency, jurisdiction) values (:key, '', 'EUR', :jurisdiction)"),
        {"key": key, "jurisdiction": jurisdiction},
    )


def _customer(connection: Connection, source: str, key: str, issued: date | None, settled: date | None) -> None:
    """A customer with an invoice of a day, settled on another or open."""
    whom = {"source": source, "key": key, "from": FROM, "issued": issued, "settled": settled}
    connection.execute(
        text(
            "insert into customer (source, key, name, kind, language, dunning_allowed, digest, recorded_from) "
            "values (:source, :key, 'Ptak ' || :key, 'business', 'pl', true, '', :from)"
        ),
        whom,
    )
    if issued is None:
        return
    connection.execute(
        text(
            "insert into document (source, key, customer_key, kind, number, issue_date, currency, gross, digest, "
            "recorded_from) values (:source, 'D' || :key, :key, 'invoice', '', :issued, 'EUR', 10, '', :from)"
        ),
        whom,
    )
    connection.execute(
        text(
            "insert into open_item (source, key, customer_key, document_key, issue_date, due_date, currency, amount, "
            "direction, instalment, digest, recorded_from) values (:source, 'I' || :key, :key, 'D' || :key, :issued, "
            ":issued, 'EUR', 10, 'debit', false, '', :from)"
        ),
        whom,
    )
    if settled is not None:
        connection.execute(
            text(
                "insert into allocation (source, key, item_key, payment_key, allocated_on, amount, digest, "
                "recorded_from) values (:source, 'A' || :key, 'I' || :key, 'P', :settled, 10, '', :from)"
            ),
            whom,
        )


def _entries(database: Engine, owner: str) -> list[str]:
    with database.connect() as connection:
        query = text(
            "select entry.kind from archive_entry entry join subject_key using (subject_ref) "
            "where owner = :owner order by entry.id"
        )
        return list(connection.execute(query, {"owner": owner}).scalars())


def _last_day(jurisdiction: str, issued: date, settled: date, as_of: date) -> date:
    """The last day of keeping, computed another way: year by year."""
    if jurisdiction == "pl":
        month_after = date(issued.year + issued.month // 12, issued.month % 12 + 1, 1)
        return date(max(max(issued, settled).year, month_after.year) + 5, 12, 31)
    years = {"de": 10 if as_of < date(2025, 1, 1) else 8}.get(jurisdiction, 10)
    return date(max(issued, settled).year + years, 12, 31)


def test_every_try_before_the_day_is_refused_and_recorded_and_none_after_it(database: Engine, tmp_path: Path) -> None:
    erasures, chance = _erasures(database, tmp_path), random.Random(74)  # noqa: S311  the same calendar every time
    tries = []
    with database.begin() as connection:
        for jurisdiction in ("pl", "de", "xx"):
            _source(connection, jurisdiction, jurisdiction)
            for number in range(12):
                issued = date(2016, 1, 1) + timedelta(days=chance.randrange(3600))
                settled = issued + timedelta(days=chance.randrange(800))
                _customer(connection, jurisdiction, str(number), issued, settled)
                as_of = date(max(issued, settled).year + chance.randrange(1, 12), *chance.choice([(1, 1), (12, 31)]))
                tries.append((jurisdiction, str(number), issued, settled, as_of))
    refused = 0
    for source, key, issued, settled, as_of in tries:
        until = _last_day(source, issued, settled, as_of)
        at = datetime.combine(as_of, time(10), UTC)
        done = erasures.erase(source, key, by="Iwona", reason="request", at=at, today=as_of)
        assert done.done == (as_of > until), (source, issued, settled, as_of, done)
        if not done.done:
            refused += 1
            assert done.due_on == until + timedelta(days=1)
            assert _entries(database, f"{source}:{key}") == ["erasure:refused"]
    assert 10 < refused < 30
    # Each is done on its day, not on the day before.
    last = date(2016, 1, 1)
    for row in sorted(erasures.waiting(), key=lambda row: str(row["due_on"])):
        day = max(row["due_on"], last)
        if day > last:
            before = day - timedelta(days=1)
            early = erasures.run(at=datetime.combine(before, time(9), UTC), today=before)
            assert (row["source"], row["customer_key"]) not in {(one.source, one.customer) for one in early}
        erasures.run(at=datetime.combine(day, time(9), UTC), today=day)
        last = day
    waiting = [(row["source"], row["customer_key"], row["due_on"]) for row in erasures.waiting()]
    assert waiting == []
    with database.connect() as connection:
        names = set(connection.execute(text("select name from customer")).scalars())
    assert names == {"(erased)"}


def test_an_open_claim_is_kept_without_a_day_until_it_is_settled(database: Engine, tmp_path: Path) -> None:
    erasures = _erasures(database, tmp_path)
    with database.begin() as connection:
        _source(connection, "pl", "pl")
        _customer(connection, "pl", "C", date(2016, 5, 5), None)
    at = datetime(2040, 1, 1, tzinfo=UTC)
    done = erasures.erase("pl", "C", by="Iwona", reason="request", at=at, today=at.date())
    assert (done.done, done.due_on, done.grounds[0].until) == (False, None, None)
    assert erasures.run(at=at, today=at.date()) == []
    with database.begin() as connection:
        connection.execute(text("update open_item set closed_on = '2040-02-02'"))
    assert erasures.run(at=at, today=date(2040, 2, 3)) == []
    [waits] = erasures.waiting()
    assert waits["due_on"] == date(2046, 1, 1)
    assert len(erasures.run(at=at, today=date(2046, 1, 1))) == 1


def test_somebody_of_whom_nothing_is_kept_is_erased_at_once(database: Engine, tmp_path: Path) -> None:
    erasures = _erasures(database, tmp_path)
    with database.begin() as connection:
        _source(connection, "pl", "pl")
        _customer(connection, "pl", "C", None, None)
    at = datetime(2026, 11, 24, tzinfo=UTC)
    assert erasures.erase("pl", "C", by="Iwona", reason="request", at=at, today=at.date()).done


def test_the_dormant_are_those_of_whom_nothing_is_kept(database: Engine, tmp_path: Path) -> None:
    erasures = _erasures(database, tmp_path)
    with database.begin() as connection:
        _source(connection, "pl", "pl")
        for key, issued, settled in (
            ("old", date(2018, 5, 5), date(2018, 6, 6)),
            ("kept", date(2018, 5, 5), date(2021, 6, 6)),
            ("open", date(2018, 5, 5), None),
            ("new", date(2026, 1, 5), date(2026, 1, 6)),
            ("prospect", None, None),
        ):
            _customer(connection, "pl", key, issued, settled)
    today = date(2026, 11, 24)
    assert erasures.dormant(today) == [("pl", "old")]
    assert erasures.dormant(date(2027, 1, 1)) == [("pl", "kept"), ("pl", "old")]
    at = datetime(2026, 11, 24, tzinfo=UTC)
    assert erasures.erase("pl", "old", by="monitum", reason="term over", at=at, today=today).done
    assert erasures.dormant(today) == []


def test_without_a_known_term_nothing_goes(database: Engine, tmp_path: Path) -> None:
    archive = Archive(database, ArchiveKeys(tmp_path / "keys"))
    erasures = Erasures(database, archive, Retention(lambda _name: None), ShredJournal(tmp_path / "keys"))
    with database.begin() as connection:
        _source(connection, "pl", "pl")
        _customer(connection, "pl", "C", date(2016, 5, 5), date(2016, 6, 6))
    at = datetime(2040, 1, 1, tzinfo=UTC)
    with pytest.raises(Conflict, match="No term of keeping"):
        erasures.erase("pl", "C", by="Iwona", reason="request", at=at, today=at.date())


def _vouchers(years: int) -> Term:
    """A law with the term of vouchers alone."""
    return lambda name, day: date(day.year + years, 12, 31) if name == "retention_voucher_years" else None


@given(day=DAYS, years=st.integers(1, 30), as_of=DAYS)
def test_a_record_is_kept_to_the_last_day_of_its_term(day: date, years: int, as_of: date) -> None:
    found = kept([Record(RecordClass.VOUCHER, day)], _vouchers(years), as_of)
    assert bool(found) == (as_of.year <= day.year + years)
    assert found.free_on == (date(day.year + years + 1, 1, 1) if found else None)


@given(days=st.lists(DAYS, min_size=1, max_size=5), as_of=DAYS)
def test_whatever_is_kept_longest_counts(days: list[date], as_of: date) -> None:
    records = [Record(what, day) for day, what in zip(days, RecordClass, strict=False)]
    found = kept(records, _vouchers(6), as_of)
    assert bool(found) == (as_of.year <= max(record.day for record in records if record.day).year + 6)
    assert kept([*records, Record(RecordClass.VOUCHER, None)], _vouchers(6), as_of).free_on is None


def test_a_class_without_a_term_is_an_error() -> None:
    with pytest.raises(TermUnknown):
        kept([Record(RecordClass.LETTER, date(2020, 1, 1))], lambda _name, _day: None, date(2060, 1, 1))
