"""Whoever changes the archive behind its back is found, and the entry is named; nobody else can change it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from adapters.database.archive import Archive, ArchiveKeys
from adapters.database.tables import APPEND_ONLY, metadata
from archive.verify import Difference
from tests.adapters.database.archive_samples import append, as_attacker, sample

ENTRIES = 600
#: The entry that is tampered with: in the first tile, under several checkpoints, with a document and a subject.
PLACE = 77


class Filled:
    """An archive of 600 entries, two full tiles, six checkpoints; every tenth entry has a document."""

    def __init__(self, database: Engine, folder: Path) -> None:
        self.database = database
        self.archive = Archive(database, ArchiveKeys(folder))
        entries = []
        with database.begin() as connection:
            for number in range(ENTRIES):
                name = self.archive.store_content(connection, f"letter {number}".encode(), "application/pdf")
                entries.append(sample(number, f"C{number}", documents={name: "application/pdf"}))
        self.ids = append(database, self.archive, entries)
        self.archive.integrate(batch=100)

    def problems(self) -> tuple[Difference, ...]:
        return self.archive.verify().problems


@pytest.fixture
def filled(database: Engine, tmp_path: Path) -> Filled:
    return Filled(database, tmp_path / "keys")


#: Statement by column; :id is the entry, :seq its place. Every column of every table must be here.
EDITS = {
    "archive_entry.id": "update archive_entry set id = 999999 where id = :id",
    "archive_entry.body": "update archive_entry set body = set_byte(body, 40, get_byte(body, 40) # 1) where id = :id",
    "archive_entry.subject_ref": "update archive_entry set subject_ref = repeat('0', 32) where id = :id",
    "archive_entry.kind": "update archive_entry set kind = 'action:done' where id = :id",
    "archive_entry.case_ref": "update archive_entry set case_ref = null where id = :id",
    "archive_entry.recorded_at": "update archive_entry set recorded_at = recorded_at + interval '1 us' where id = :id",
    "archive_leaf.seq": "update archive_leaf set seq = 5000 where entry_id = :id",
    "archive_leaf.entry_id": "update archive_leaf set entry_id = 999999 where entry_id = :id",
    "archive_leaf.hash": "update archive_leaf set hash = set_byte(hash, 0, get_byte(hash, 0) # 1) where entry_id = :id",
    "archive_tile.level": "update archive_tile set level = 3 where level = 0 and idx = :seq / 256",
    "archive_tile.idx": "update archive_tile set idx = 99 where level = 0 and idx = :seq / 256",
    "archive_tile.data": "update archive_tile set data = set_byte(data, cast(:seq as int) * 32, "
    "get_byte(data, cast(:seq as int) * 32) # 1) where level = 0 and idx = :seq / 256",
    "archive_checkpoint.size": "update archive_checkpoint set size = 99 where size = 100",
    "archive_checkpoint.note": "update archive_checkpoint set note = replace(note, '100', '099') where size = 100",
    "content.sha256": "update content set sha256 = repeat('0', 64) where data = cast('letter 77' as bytea)",
    "content.media_type": "update content set media_type = 'text/html' where data = cast('letter 77' as bytea)",
    "content.data": "update content set data = cast('better 77' as bytea) where data = cast('letter 77' as bytea)",
    "subject_key.subject_ref": "update subject_key set subject_ref = repeat('0', 32) where owner = 'pl:C77'",
    "subject_key.owner": "update subject_key set owner = 'pl:X' where owner = 'pl:C77'",
    "subject_key.wrapped": "update subject_key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) "
    "where owner = 'pl:C77'",
    "archive_pending.entry_id": "insert into archive_pending values (:id)",
}
#: Only a range of entries can be named: the first of it.
FIRST_OF_RANGE = {"archive_tile.level", "archive_tile.idx", "archive_checkpoint.size", "archive_checkpoint.note"}


def test_the_list_of_edits_is_complete() -> None:
    tables = [*APPEND_ONLY, metadata.tables["subject_key"], metadata.tables["archive_pending"]]
    columns = {f"{table.name}.{column.name}" for table in tables for column in table.c}
    # A key marked as destroyed must have lost its wrapped form (a constraint), which is an erasure and is counted.
    assert set(EDITS) == columns - {"subject_key.destroyed_at"}


def test_every_edit_of_every_column_is_found_and_the_entry_named(filled: Filled) -> None:
    assert filled.problems() == ()
    for column, statement in EDITS.items():
        names = {"id": filled.ids[PLACE], "seq": PLACE}
        with filled.database.connect() as connection, connection.begin() as attack:
            for table in APPEND_ONLY:
                connection.execute(text(f"alter table {table.name} disable trigger user"))
            values = {name: value for name, value in names.items() if f":{name}" in statement}
            assert connection.execute(text(statement), values).rowcount == 1, column
            problems = _seen_by(connection, filled)
            attack.rollback()
        expected = filled.ids[0] if column in FIRST_OF_RANGE else filled.ids[PLACE]
        named = 999999 if column == "archive_leaf.entry_id" else expected
        assert problems, column
        assert named in {problem.entry_id for problem in problems}, (column, problems)
        assert problems[0].table == column.partition(".")[0] or column in {"archive_entry.id", "archive_leaf.hash"}
    assert filled.problems() == ()


def _seen_by(connection: Connection, filled: Filled) -> tuple[Difference, ...]:
    """Verification inside the attacker's transaction, so that the next attack starts from a sound archive."""
    from adapters.database.archive_verification import verify_archive

    return verify_archive(connection, filled.archive._keys, None).problems


@pytest.mark.parametrize(
    "statement",
    [
        "delete from archive_entry where id = :id",
        "delete from archive_leaf where entry_id = :id",
        "delete from archive_leaf where seq = 599",
        "delete from archive_tile where idx = 1",
        "delete from archive_checkpoint where size = 600",
        "delete from content where data = cast('letter 77' as bytea)",
        "delete from subject_key where owner = 'pl:C77'",
        "insert into archive_tile select 0, 2, data from archive_tile where idx = 0",
        "insert into archive_leaf select 600, 999999, hash from archive_leaf where seq = 0",
        "insert into archive_checkpoint select 601, note from archive_checkpoint where size = 600",
        "insert into archive_checkpoint select 0, note from archive_checkpoint where size = 600",
        "update archive_leaf a set entry_id = -entry_id where seq in (76, 77); "
        "update archive_leaf set entry_id = case seq when 76 then :id else :id - 1 end where seq in (76, 77)",
        "update archive_entry set recorded_at = 'infinity' where id = :id",
        "update archive_entry set body = cast('{}' as bytea) where id = :id",
    ],
)
def test_deletions_insertions_and_swaps_are_found(filled: Filled, statement: str) -> None:
    with as_attacker(filled.database) as connection:
        for part in statement.split("; "):
            connection.execute(text(part), {"id": filled.ids[PLACE]} if ":id" in part else {})
    problems = filled.problems()
    assert problems
    assert str(problems[0])


def test_an_entry_removed_from_the_queue_is_found(filled: Filled) -> None:
    forgotten = append(filled.database, filled.archive, [sample(1)])
    with filled.database.begin() as connection:
        connection.execute(text("delete from archive_pending"))
    assert filled.archive.integrate() == 0
    assert filled.problems()[0].entry_id == forgotten[0]


def test_a_rewritten_history_does_not_lead_to_the_signed_root(filled: Filled) -> None:
    """Entry, leaf and tile changed so that they fit each other: only the signature tells."""
    from archive.merkle import leaf_hash

    with as_attacker(filled.database) as connection:
        values = {"id": filled.ids[PLACE], "seq": PLACE * 32}
        body = connection.execute(text("select body from archive_entry where id = :id"), values).scalar_one()
        forged = body.replace(b'"number":77', b'"number":78')
        assert forged != body
        values |= {"body": forged, "hash": leaf_hash(forged)}
        connection.execute(text("update archive_entry set body = :body where id = :id"), values)
        connection.execute(text("update archive_leaf set hash = :hash where entry_id = :id"), values)
        connection.execute(
            text("update archive_tile set data = overlay(data placing :hash from :seq + 1) where level = 0 and idx = 0"),
            values,
        )
    first = filled.problems()[0]
    assert "not those signed in checkpoint 100" in first.what
    assert (first.seq, first.until) == (0, 99)


def test_seeded_edits_at_random_places_are_all_found(filled: Filled) -> None:
    chance = random.Random(20260302)
    edits: list[Callable[[Connection], object]] = []
    for _ in range(60):
        seq = chance.randrange(ENTRIES)
        table, condition, column = chance.choice(
            [("archive_entry", f"id = {filled.ids[seq]}", "body"), ("archive_leaf", f"seq = {seq}", "hash"),
             ("archive_tile", f"idx = {chance.randrange(2)}", "data"), ("content", f"data = 'letter {seq}'", "data")]
        )  # fmt: skip
        bit = chance.randrange(8)
        byte = f"get_byte({column}, {chance.randrange(2**20)} % octet_length({column}))"
        place = byte.removeprefix(f"get_byte({column}, ").removesuffix(")")
        statement = f"update {table} set {column} = set_byte({column}, {place}, {byte} # {1 << bit}) where {condition}"
        edits.append(lambda connection, statement=statement: connection.execute(text(statement)))
    for edit in edits:
        with filled.database.connect() as connection, connection.begin() as attack:
            for table_ in APPEND_ONLY:
                connection.execute(text(f"alter table {table_.name} disable trigger user"))
            edit(connection)
            assert _seen_by(connection, filled)
            attack.rollback()


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize("replica", [False, True])
def test_update_delete_and_truncate_are_refused_even_to_a_superuser_in_replica_mode(
    filled: Filled, table: str, replica: bool
) -> None:
    column = {"archive_checkpoint": "note", "content": "media_type", "archive_tile": "level"}.get(table, "ctid")
    assignment = f"{column} = {column}" if column != "ctid" else {"archive_entry": "kind = kind"}.get(table, "hash = hash")
    for statement in (f"update {table} set {assignment}", f"delete from {table}", f"truncate {table}",
                      f"delete from {table} where false"):  # fmt: skip
        with pytest.raises(DBAPIError, match="the archive only grows"), filled.database.begin() as connection:
            if replica:
                connection.execute(text("set local session_replication_role = 'replica'"))
            connection.execute(text(statement))
    assert filled.problems() == ()
