"""The archive on the real database: append, integrate, prove, read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from adapters.database.archive.store import Archive, open_keys
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import open_checkpoint, sign_checkpoint
from archive.log.merkle import EMPTY_ROOT
from engine.errors import ArchiveBroken, Conflict, InvalidInput, NotFound
from tests.adapters.database.archive.archive_samples import AT, append, as_attacker, sample


@pytest.fixture
def keys(tmp_path: Path) -> ArchiveKeys:
    return ArchiveKeys(tmp_path / "keys")


@pytest.fixture
def archive(database: Engine, keys: ArchiveKeys) -> Archive:
    return Archive(database, keys)


def test_an_entry_is_written_in_the_callers_transaction_or_not_at_all(database: Engine, archive: Archive) -> None:
    with database.connect() as connection, connection.begin() as transaction:
        archive.append(connection, [sample(1, "C1")])
        transaction.rollback()
    assert archive.show("pl", "C1") == []
    assert archive.integrate() == 0
    ids = append(database, archive, [sample(2, "C1")])
    assert [entry.id for entry in archive.show("pl", "C1")] == ids


def test_ids_follow_the_order_of_the_entries(database: Engine, archive: Archive) -> None:
    ids = append(database, archive, [sample(number) for number in range(500)])
    assert ids == sorted(ids)
    assert [archive.entry(id_).public["number"] for id_ in ids[::100]] == [0, 100, 200, 300, 400]
    assert append(database, archive, []) == []


def test_one_bad_entry_refuses_them_all_naming_the_field(database: Engine, archive: Archive) -> None:
    with pytest.raises(InvalidInput, match="kind") as raised, database.begin() as connection:
        archive.append(connection, [sample(1), sample(2, kind="run:exploded")])
    assert raised.value.field == "kind"
    assert archive.integrate() == 0


def test_an_intent_is_covered_once_it_is_integrated(database: Engine, archive: Archive) -> None:
    first = append(database, archive, [sample(1)])
    assert not archive.covered(first)
    assert archive.integrate() == 1
    assert archive.covered(first)
    second = append(database, archive, [sample(2)])
    assert not archive.covered(first + second)
    assert not archive.covered([10**12])
    archive.integrate()
    assert archive.covered(first + second + first)


def test_every_batch_is_one_signed_checkpoint(database: Engine, archive: Archive, keys: ArchiveKeys) -> None:
    append(database, archive, [sample(number) for number in range(25)])
    assert archive.integrate(batch=10) == 25
    with database.connect() as connection:
        notes = connection.execute(text("select size, note from archive_checkpoint order by size")).all()
        seqs = connection.execute(text("select seq from archive_leaf order by entry_id")).scalars().all()
    assert [size for size, _ in notes] == [10, 20, 25]
    assert [open_checkpoint(note, keys.verifiers).size for _, note in notes] == [10, 20, 25]
    assert seqs == list(range(25))


def test_a_smaller_id_that_commits_later_is_sequenced_later(database: Engine, archive: Archive) -> None:
    with database.begin() as slow:
        early = archive.append(slow, [sample(1)])
        late = append(database, archive, [sample(2)])
        assert early < late
        assert archive.integrate() == 1
        assert archive.covered(late)
    assert archive.integrate() == 1
    assert [archive.entry(id_).seq for id_ in (late[0], early[0])] == [0, 1]
    assert archive.verify().ok


def test_an_edge_is_rebuilt_from_tiles_when_too_much_is_new(
    database: Engine, archive: Archive, keys: ArchiveKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(database, archive, [sample(number) for number in range(1300)])
    archive.integrate()
    monkeypatch.setattr("adapters.database.archive.tree._CATCH_UP", 100)
    append(database, archive, [sample(1300)])
    assert Archive(database, keys).integrate() == 1
    assert archive.verify().ok


def test_what_is_shown_of_a_customer_is_all_of_his_and_only_his(database: Engine, archive: Archive) -> None:
    append(database, archive, [sample(1, "C1"), sample(2, "C2"), sample(3), sample(4, "C1", action="C1:pl:4")])
    archive.integrate()
    append(database, archive, [sample(5, "C1", kind="action:done", outcome="accepted")])
    shown = archive.show("pl", "C1")
    assert [entry.public["number"] for entry in shown] == [1, 4, 5]
    assert [entry.seq for entry in shown] == [0, 3, None]
    assert shown[0].personal == {"name": "Zażółć C1", "number": 1}
    assert shown[0].at == AT.replace(microsecond=AT.microsecond + 1)
    assert shown[1].action == "C1:pl:4"
    assert (shown[2].label("pl"), shown[2].outcome) == ("wykonano działanie", "accepted")
    assert archive.show("pl", "C9") == archive.show("other", "C1") == []
    assert shown[0].as_json()["personal"] == {"name": "Zażółć C1", "number": 1}
    with pytest.raises(NotFound):
        archive.entry(10**12)


def test_no_personal_word_stands_readable_in_the_database(database: Engine, archive: Archive) -> None:
    append(database, archive, [sample(1, "C-canary", action="C-canary:remind")])
    with database.connect() as connection:
        body = connection.execute(text("select body from archive_entry")).scalar_one()
    assert b"canary" not in body
    assert "Zażółć".encode() not in body


def test_an_erased_subject_is_shown_as_erased_and_the_log_still_verifies(
    database: Engine, superuser: Engine, archive: Archive
) -> None:
    append(database, archive, [sample(1, "C1"), sample(2, "C2")])
    with superuser.begin() as connection:
        append(database, archive, [sample(0, "C1", kind="subject:erased", personal=None)])
        erase = text("update subject_key set wrapped = null, destroyed_at = :at where owner = 'pl:C1'")
        connection.execute(erase, {"at": AT})
    archive.integrate()
    entry, erasure = archive.show("pl", "C1")
    assert (entry.erased, entry.personal, entry.public) == (True, None, {"number": 1})
    assert entry.as_json()["personal"] == "erased"
    assert (erasure.kind, erasure.erased) == ("subject:erased", False)
    append(database, archive, [sample(3, "C1")])
    archive.integrate()
    shown = [(entry.erased, entry.public["number"]) for entry in archive.show("pl", "C1")]
    assert shown == [(True, 1), (False, 0), (False, 3)]
    report = archive.verify()
    assert (report.ok, report.erased, report.subjects) == (True, 1, 3)


def test_a_customer_has_one_key_however_often_he_is_spoken_of(database: Engine, archive: Archive) -> None:
    append(database, archive, [sample(number, f"C{number % 7}") for number in range(70)])
    append(database, archive, [sample(number, f"C{number % 9}") for number in range(90)])
    with database.connect() as connection:
        assert connection.execute(text("select count(*), count(distinct owner) from subject_key")).one() == (9, 9)
        assert connection.execute(text("select count(distinct subject_ref) from archive_entry")).scalar_one() == 9


def test_keys_of_many_customers_are_fetched_in_a_few_statements(database: Engine, archive: Archive) -> None:
    statements: list[str] = []

    @event.listens_for(database, "before_cursor_execute")
    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        statements.append(statement)

    append(database, archive, [sample(number, f"C{number}") for number in range(2000)])
    assert len(statements) <= 6


def test_contents_are_kept_once_by_their_hash(database: Engine, archive: Archive) -> None:
    data = b"From: a\r\n\r\n\x00\xff"
    with database.begin() as connection:
        name = archive.store_content(connection, data, "message/rfc822")
        assert archive.store_content(connection, data, "message/rfc822") == name == sha256(data).hexdigest()
    assert archive.content(name) == data
    with pytest.raises(Conflict, match="message/rfc822"), database.begin() as connection:
        archive.store_content(connection, data, "text/plain")
    with pytest.raises(NotFound):
        archive.content("00" * 32)


def test_a_verified_archive_reports_what_it_holds(database: Engine, archive: Archive, keys: ArchiveKeys) -> None:
    empty = archive.verify()
    assert (empty.ok, empty.entries, empty.signer) == (True, 0, keys.signer.verifier.vkey)
    with database.begin() as connection:
        name = archive.store_content(connection, b"letter", "application/pdf")
    append(database, archive, [sample(1, "C1", documents={name: "application/pdf"}), sample(2)])
    archive.integrate()
    append(database, archive, [sample(3)])
    told: list[tuple[int, int | None]] = []
    report = archive.verify(lambda done, total: told.append((done, total)))
    counts = (report.ok, report.entries, report.pending, report.checkpoints, report.contents, report.subjects)
    assert counts == (True, 2, 1, 1, 1, 1)
    assert told[-1] == (4, 4)
    with database.connect() as connection:
        note = connection.execute(text("select note from archive_checkpoint")).scalar_one()
    assert report.root == note.split("\n")[2]
    assert report.as_json()["ok"] is True


def _forget(superuser: Engine, size: int) -> None:
    with as_attacker(superuser) as connection:
        connection.execute(text("delete from archive_checkpoint where size > :size"), {"size": size})
        connection.execute(text("delete from archive_leaf where seq >= :size"), {"size": size})


def _edit_leaf(superuser: Engine, _: int) -> None:
    with as_attacker(superuser) as connection:
        connection.execute(text("update archive_leaf set hash = decode(repeat('ab', 32), 'hex') where seq = 3"))


def _drop_head(superuser: Engine, size: int) -> None:
    with as_attacker(superuser) as connection:
        connection.execute(text("delete from archive_checkpoint where size > :size"), {"size": size})


@pytest.mark.parametrize(
    ("harm", "words"), [(_forget, "older state was restored"), (_edit_leaf, "not those signed"), (_drop_head, "leaves")]
)
def test_the_integrator_signs_nothing_over_a_log_that_was_changed(
    database: Engine,
    superuser: Engine,
    archive: Archive,
    keys: ArchiveKeys,
    harm: Callable[[Engine, int], None],
    words: str,
) -> None:
    append(database, archive, [sample(number) for number in range(20)])
    archive.integrate(batch=10)
    append(database, archive, [sample(20)])
    harm(superuser, 10)
    signer = archive if harm is _forget else Archive(database, keys)
    with database.connect() as connection:
        before = connection.execute(text("select count(*) from archive_checkpoint")).scalar_one()
    with pytest.raises(ArchiveBroken, match=words):
        signer.integrate()
    with database.connect() as connection:
        assert connection.execute(text("select count(*) from archive_checkpoint")).scalar_one() == before


def test_a_log_signed_by_an_unknown_key_is_not_continued(database: Engine, archive: Archive, tmp_path: Path) -> None:
    ids = append(database, archive, [sample(1)])
    archive.integrate()
    stranger = Archive(database, ArchiveKeys(tmp_path / "other"))
    append(database, archive, [sample(2)])
    with pytest.raises(ArchiveBroken, match="No known key"):
        stranger.integrate()
    with pytest.raises(ArchiveBroken, match="No known key"):
        stranger.covered(ids)


def test_a_lost_key_encryption_key_is_said_and_not_replaced(database: Engine, archive: Archive, tmp_path: Path) -> None:
    append(database, archive, [sample(1, "C1")])
    (tmp_path / "keys" / "kek.key").unlink()
    again = Archive(database, ArchiveKeys(tmp_path / "keys"))
    with pytest.raises(ArchiveBroken, match="key-encryption key"):
        append(database, again, [sample(2, "C1")])
    with pytest.raises(ArchiveBroken, match="key-encryption key"):
        again.show("pl", "C1")
    assert not again.verify().ok


def test_an_unusable_key_file_is_an_error_of_the_house(tmp_path: Path) -> None:
    ArchiveKeys(tmp_path)
    (tmp_path / "log.key").chmod(0o644)
    with pytest.raises(ArchiveBroken, match="chmod 600"):
        open_keys(tmp_path)


def test_a_checkpoint_of_the_same_key_over_another_tree_is_found(
    database: Engine, superuser: Engine, archive: Archive, keys: ArchiveKeys
) -> None:
    append(database, archive, [sample(number) for number in range(5)])
    archive.integrate()
    with as_attacker(superuser) as connection:
        forged = sign_checkpoint(5, EMPTY_ROOT, replace(keys.signer))
        connection.execute(text("update archive_checkpoint set note = :note"), {"note": forged})
    report = archive.verify()
    assert "not those signed in checkpoint 5" in str(report.problems[0])


def test_an_entry_that_is_not_the_one_that_was_hashed_is_not_shown(
    database: Engine, superuser: Engine, archive: Archive
) -> None:
    (id_,) = append(database, archive, [sample(1, "C1")])
    archive.integrate()
    with as_attacker(superuser) as connection:
        body = connection.execute(text("select body from archive_entry")).scalar_one()
        forged = body.replace(b'"number":1', b'"number":2')
        connection.execute(text("update archive_entry set body = :body"), {"body": forged})
    with pytest.raises(ArchiveBroken, match=f"Entry {id_} is not the one"):
        archive.show("pl", "C1")
    with pytest.raises(ArchiveBroken, match=f"Entry {id_} is not the one"):
        archive.entry(id_)


def test_a_content_that_is_not_what_was_kept_is_not_handed_out(
    database: Engine, superuser: Engine, archive: Archive
) -> None:
    with database.begin() as connection:
        name = archive.store_content(connection, b"letter", "application/pdf")
    with as_attacker(superuser) as connection:
        connection.execute(text("update content set data = cast('better' as bytea)"))
    with pytest.raises(ArchiveBroken, match=name):
        archive.content(name)
