"""Keys of an archive on the real database: rotated in the log, wrapped anew, restarted; and what witnesses add."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from adapters.database.access.roles import WITNESS, login_url
from adapters.database.archive.anchors.witnessed_log import DatabaseLog
from adapters.database.archive.keys import KeyLife
from adapters.database.archive.store import Archive
from adapters.database.connection import connect
from archive.anchors.cosigner import Cosigner
from archive.errors import KeyUnusable
from archive.keys.archive_keys import ArchiveKeys
from archive.keys.subject_keys import SubjectKey
from archive.log.checkpoint import Checkpoint, sign_checkpoint
from archive.log.cosignature import WitnessSigner, WitnessVerifier
from archive.log.merkle import EMPTY_ROOT
from archive.log.note import signatures_of, text_of
from engine.errors import ArchiveBroken, Conflict
from tests.adapters.database.archive.archive_samples import AT, append, as_attacker, sample


@pytest.fixture
def keys(tmp_path: Path) -> ArchiveKeys:
    return ArchiveKeys(tmp_path / "keys")


@pytest.fixture
def archive(database: Engine, keys: ArchiveKeys) -> Archive:
    archive = Archive(database, keys)
    append(database, archive, [sample(number, f"C{number}") for number in range(12)])
    archive.integrate(batch=5)
    return archive


@pytest.fixture
def life(database: Engine, archive: Archive, keys: ArchiveKeys) -> KeyLife:
    return KeyLife(database, archive, keys, actor="anna", at=AT)


@pytest.fixture
def witness(tmp_path: Path, keys: ArchiveKeys) -> Cosigner:
    witness = Cosigner(tmp_path / "witness", name="w.example", logs=keys.verifiers)
    keys.trust(WitnessVerifier.parse(witness.signer.verifier.vkey))
    return witness


def notes(database: Engine) -> dict[int, str]:
    with database.connect() as connection:
        rows = connection.execute(text("select size, note from archive_checkpoint order by size"))
        return {row.size: row.note for row in rows}


def grow(database: Engine, archive: Archive) -> None:
    append(database, archive, [sample(1, "C1")])
    archive.integrate()


def test_old_and_new_key_sign_together_from_the_rotation_to_the_retirement(
    database: Engine, archive: Archive, keys: ArchiveKeys, life: KeyLife
) -> None:
    old = keys.signer.verifier
    new = life.rotate()
    grow(database, archive)
    life.retire()
    grow(database, archive)
    signed = {size: [id_[:4] for _, id_ in signatures_of(note)] for size, note in notes(database).items()}
    assert signed == {
        5: [old.key_id],
        10: [old.key_id],
        12: [old.key_id],
        13: [old.key_id, new.key_id],
        14: [old.key_id, new.key_id],
        15: [new.key_id],
        16: [new.key_id],
    }
    report = archive.verify()
    assert (report.problems, report.checkpoints) == ((), 7)
    with database.connect() as connection:
        kinds = connection.execute(text("select id, kind from archive_entry where kind like 'key:%' order by id"))
        entries = [archive.entry(row.id) for row in kinds]
    assert [(entry.kind, entry.actor) for entry in entries] == [("key:rotated", "anna"), ("key:retired", "anna")]
    assert entries[0].public == {"vkey": new.vkey, "from": 13}
    assert entries[1].public == {"vkey": old.vkey, "until": 14}


def test_a_process_that_was_there_before_signs_with_both_keys(
    database: Engine, archive: Archive, life: KeyLife, tmp_path: Path
) -> None:
    before = Archive(database, ArchiveKeys(tmp_path / "keys"))
    assert before.verify().ok
    life.rotate()
    grow(database, before)
    assert len(signatures_of(notes(database)[14])) == 2
    life.retire()
    grow(database, before)
    assert before.verify().ok
    assert archive.verify().ok


def test_a_line_taken_from_a_checkpoint_of_two_keys_is_found(
    database: Engine, superuser: Engine, archive: Archive, life: KeyLife
) -> None:
    life.rotate()
    note = notes(database)[13]
    lines = note.splitlines(keepends=True)
    for wrong in ("".join(lines[:-1]), "".join([*lines[:-2], lines[-1]]), note + lines[-1]):
        with as_attacker(superuser) as connection:
            connection.execute(text("update archive_checkpoint set note = :note where size = 13"), {"note": wrong})
        assert "checkpoint 13" in str(archive.verify().problems[0])
    with as_attacker(superuser) as connection:
        connection.execute(text("update archive_checkpoint set note = :note where size = 13"), {"note": note})
    assert archive.verify().ok


def test_a_retired_key_signs_nothing_that_counts(
    database: Engine, superuser: Engine, archive: Archive, keys: ArchiveKeys, life: KeyLife
) -> None:
    stolen = keys.signer
    life.rotate()
    life.retire()
    head = max(notes(database))
    with as_attacker(superuser) as connection:
        root = Checkpoint.parse(text_of(notes(database)[head])).root
        forged = sign_checkpoint(head, root, stolen)
        connection.execute(text("update archive_checkpoint set note = :n where size = :s"), {"n": forged, "s": head})
    assert "No known key" in str(archive.verify().problems[0])
    with pytest.raises(ArchiveBroken, match="No known key"):
        archive.integrate()


def test_all_keys_of_subjects_are_wrapped_anew_and_open_with_the_new_key_alone(
    database: Engine, superuser: Engine, archive: Archive, keys: ArchiveKeys, life: KeyLife, tmp_path: Path
) -> None:
    stale = ArchiveKeys(tmp_path / "keys").kek
    assert life.rotate_kek(superuser) == 12
    append(database, archive, [sample(20, "C20"), sample(1, "C1")])
    with database.connect() as connection:
        row = connection.execute(text("select * from subject_key where owner = 'pl:C3'")).one()
    with pytest.raises(KeyUnusable):
        stale.unwrap(row.subject_ref, row.owner, row.wrapped)
    with pytest.raises(ArchiveBroken, match="retire"):
        life.rotate_kek(superuser)
    assert life.retire_kek(superuser) == 13
    assert not (tmp_path / "keys" / "kek.old.key").exists()
    again = Archive(database, ArchiveKeys(tmp_path / "keys"))
    assert [entry.personal for entry in again.show("pl", "C3")] == [{"name": "Zażółć C3", "number": 3}]
    assert len(again.show("pl", "C1")) == 2
    assert again.verify().ok


def test_a_key_wrapped_by_a_process_that_did_not_know_is_wrapped_anew_before_the_old_one_goes(
    database: Engine, superuser: Engine, archive: Archive, keys: ArchiveKeys, life: KeyLife, tmp_path: Path
) -> None:
    late = keys.kek
    life.rotate_kek(superuser)
    subject = SubjectKey.new()
    with database.begin() as connection:
        connection.execute(
            text("insert into subject_key (subject_ref, owner, wrapped) values (:ref, 'pl:L', :wrapped)"),
            {"ref": subject.ref, "wrapped": late.wrap(subject, "pl:L")},
        )
    life.retire_kek(superuser)
    assert archive.verify().ok


def test_the_application_itself_cannot_wrap_keys_anew(database: Engine, archive: Archive, life: KeyLife) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        life.rotate_kek(database)
    assert archive.verify().ok


def test_a_log_that_lost_nothing_is_not_restarted(life: KeyLife) -> None:
    with pytest.raises(Conflict, match="everything that was signed"):
        life.restart("for fun")


def _set_back(superuser: Engine) -> None:
    with as_attacker(superuser) as connection:
        connection.execute(text("delete from archive_checkpoint where size > 10"))
        connection.execute(text("delete from archive_leaf where seq >= 10"))
        connection.execute(text("delete from archive_entry where id not in (select entry_id from archive_leaf)"))


def test_a_lost_log_goes_on_under_another_name_and_verifies(
    database: Engine, superuser: Engine, archive: Archive, tmp_path: Path
) -> None:
    _set_back(superuser)
    fresh = ArchiveKeys(tmp_path / "keys")
    again = Archive(database, fresh)
    with pytest.raises(ArchiveBroken, match=r"had 12 entries .*signed\.checkpoint.* now has 10"):
        again.integrate()
    new = KeyLife(database, again, fresh, actor="anna", at=AT).restart("fire")
    grow(database, again)
    report = again.verify()
    assert (report.problems, new.name) == ((), "monitum/archive/2")
    assert [text_of(note).split("\n")[0] for note in notes(database).values()] == [
        "monitum/archive",
        "monitum/archive",
        "monitum/archive/2",
        "monitum/archive/2",
    ]
    with database.connect() as connection:
        entry_id = connection.execute(text("select id from archive_entry where kind = 'log:restarted'")).scalar_one()
    told = again.entry(entry_id)
    assert (told.public["after"], told.reason, len(told.public["signed"])) == (10, "fire", 1)
    assert Checkpoint.parse(told.public["signed"][0]).size == 12


def test_what_a_witness_saw_is_remembered_beside_the_keys_and_required(
    database: Engine, superuser: Engine, archive: Archive, keys: ArchiveKeys, witness: Cosigner, tmp_path: Path
) -> None:
    log = DatabaseLog(database, witness.logs)
    observed = witness.observe(log.newest(), log.consistency, AT)
    assert observed is not None
    log.deliver(observed.note, witness.signer.name)
    log.deliver(observed.note, witness.signer.name)
    archive.integrate()
    assert keys.remembered.witnessed_size == 12
    # Only what the witness saw is left to tell: the own state is gone.
    (tmp_path / "keys" / "signed.checkpoint").unlink()
    _set_back(superuser)
    with pytest.raises(ArchiveBroken, match=r"witnessed\.checkpoint"):
        Archive(database, keys).integrate()


def test_another_tree_of_the_same_sizes_is_a_fork_and_not_signed(
    database: Engine, superuser: Engine, archive: Archive, keys: ArchiveKeys, tmp_path: Path
) -> None:
    (tmp_path / "keys" / "signed.checkpoint").write_text(sign_checkpoint(7, EMPTY_ROOT, keys.signer))
    append(database, archive, [sample(1)])
    with pytest.raises(ArchiveBroken, match="first 7 entries of the log are not those"):
        archive.integrate()
    assert any("checkpoint 7" in str(problem) for problem in archive.verify().problems)


@pytest.mark.parametrize("whose", ["stranger", "impostor"])
def test_a_cosignature_that_is_not_a_known_witnesss_counts_for_nothing_and_is_named(
    database: Engine, archive: Archive, keys: ArchiveKeys, witness: Cosigner, whose: str
) -> None:
    name = witness.signer.name if whose == "impostor" else "stranger"
    note = notes(database)[12]
    forged = note + WitnessSigner(name, bytes(32)).cosign(text_of(note), AT)
    DatabaseLog(database, keys.verifiers).deliver(forged, name)
    archive.integrate()
    assert keys.remembered.witnessed_size == 0
    (problem,) = archive.verify().problems
    assert problem.table == "archive_cosignature"
    assert f"'{name}' on checkpoint 12" in problem.what


def test_a_cosignature_of_another_log_is_refused(database: Engine, archive: Archive, witness: Cosigner) -> None:
    for size in (12, 13):
        note = sign_checkpoint(size, EMPTY_ROOT, WitnessSigner("x", bytes(32)))
        with pytest.raises(Conflict, match=f"no checkpoint of {size} entries"):
            DatabaseLog(database, witness.logs).deliver(note, "x")


def test_the_role_of_a_witness_reads_the_tree_and_keeps_cosignatures_and_nothing_else(
    database_url: str, superuser: Engine, archive: Archive, witness: Cosigner
) -> None:
    name = "t_witness"
    with superuser.begin() as connection:
        connection.execute(text(f"create role {name} login in role {WITNESS}"))
    try:
        engine = connect(login_url(database_url, name))
        log = DatabaseLog(engine, witness.logs)
        observed = witness.observe(log.newest(), log.consistency, AT)
        assert observed is not None
        log.deliver(observed.note, witness.signer.name)
        for statement in (
            "select * from archive_entry",
            "select * from subject_key",
            "select * from customer",
            "insert into archive_checkpoint values (99, 'x')",
            "insert into archive_leaf values (99, 99, 'x')",
            "delete from archive_cosignature",
            "update archive_cosignature set line = ''",
        ):
            with pytest.raises(DBAPIError, match=r"permission denied|only grows"), engine.begin() as connection:
                connection.execute(text(statement))
        engine.dispose()
        assert archive.verify().ok
    finally:
        with superuser.begin() as connection:
            connection.execute(text(f"drop role {name}"))
