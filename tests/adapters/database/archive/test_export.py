"""Exports of a real archive: they verify on bare Python, hold everything they should, and nothing of anybody else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from adapters.database.archive.audit import Audit
from adapters.database.archive.store import Archive
from archive.entries.entry import NewEntry
from archive.entries.reading import Reader
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import open_checkpoint
from archive.log.cosignature import WitnessSigner
from engine.errors import ArchiveBroken, InvalidInput, NotFound
from tests.adapters.database.archive.archive_samples import AT, as_attacker

AUDITOR = Reader("Rita Rewident", "auditor")
#: What must not leave with somebody else's entries: names, ids, addresses.
CANARIES = {
    customer: [f"Kanarek-{customer}-Sp.zo.o.", f"id-{customer}-7781", f"ktos.{customer.lower()}@poczta.example"]
    for customer in ("C1", "C2", "C3")
}


@pytest.fixture
def audit(database: Engine, tmp_path: Path) -> Audit:
    keys = ArchiveKeys(tmp_path / "keys")
    archive = Archive(database, keys)
    with database.begin() as connection:
        for number in range(400):
            customer = f"C{number % 3 + 1}"
            name, id_, mail = CANARIES[customer]
            letter = archive.store_content(connection, f"{name} {mail} letter {number // 30}".encode(), "text/plain")
            archive.append(
                connection,
                [
                    NewEntry(
                        kind="action:done",
                        case=f"action:{number}",
                        at=AT,
                        actor="monitum",
                        role="worker",
                        subject=f"books:{customer}",
                        public={"stage": "reminder"},
                        action=f"books:{id_}:{number}",
                        personal={"name": name, "to": mail, "number": f"FV/{number}/2026"},
                        documents={letter: "text/plain"} if number < 60 else {},
                    )
                ],
            )
        archive.append(connection, [NewEntry("run:started", "run:1", AT, "monitum", "engine", public={"run": 1})])
    archive.integrate()
    return Audit(database, archive, keys, lambda: AT)


def _verified(folder: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(folder / "verify.py"), "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == (0 if found["ok"] else 1)
    return found


def _bytes_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    return ((path.name, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def test_the_whole_log_verifies_on_bare_python(audit: Audit, tmp_path: Path) -> None:
    report = audit.export(tmp_path / "log", AUDITOR)
    found = _verified(tmp_path / "log")
    assert found["ok"]
    assert (found["entries"], found["documents"], found["root"]) == (401, report.documents, report.root)
    assert (report.content, report.size, report.documents) == ("log", 401, 6)
    for _, data in _bytes_of(tmp_path / "log" / "tile"):
        for canaries in CANARIES.values():  # personal parts leave closed
            assert not [one for one in canaries if one.encode() in data]


def test_a_customers_export_holds_all_of_him_and_not_a_byte_of_others(audit: Audit, tmp_path: Path) -> None:
    report = audit.export(tmp_path / "case", AUDITOR, owner="books:C2")
    assert (report.content, report.entries, report.size, report.documents) == ("case", 133, 401, 2)
    found = _verified(tmp_path / "case")
    assert (found["ok"], found["entries"], found["documents"]) == (True, 133, 2)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "case/verify.py"), "--show"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    own = done.stdout.encode() + b"".join(data for _, data in _bytes_of(tmp_path / "case"))
    assert all(canary.encode() in own for canary in CANARIES["C2"])
    assert done.stdout.count("FV/") == 133
    for name, data in [*_bytes_of(tmp_path / "case"), ("shown", own)]:
        for other in ("C1", "C3"):
            assert not [one for one in CANARIES[other] if one.encode() in data], name
    with audit._engine.connect() as connection:
        foreign = connection.execute(text("select subject_ref from subject_key where owner <> 'books:C2'")).scalars()
        for ref in foreign:
            assert ref.encode() not in own


def test_every_canary_is_found_where_it_belongs(audit: Audit, tmp_path: Path) -> None:
    """The byte search above would be worth nothing if the canaries never showed."""
    for customer, canaries in CANARIES.items():
        audit.export(tmp_path / customer, AUDITOR, owner=f"books:{customer}")
        done = subprocess.run(
            [sys.executable, str(tmp_path / customer / "verify.py"), "--show"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert all(canary in done.stdout for canary in canaries)


def test_exports_are_noted_and_what_was_noted_is_the_manifest(audit: Audit, tmp_path: Path) -> None:
    report = audit.export(tmp_path / "case", AUDITOR, owner="books:C2")
    newest = audit.show("books:C2", AUDITOR)[-1]
    assert (newest.kind, newest.actor, newest.public["manifest"]) == (
        "archive:exported",
        "Rita Rewident",
        report.manifest,
    )
    assert report.manifest in (tmp_path / "case" / "MANIFEST.sha256").read_text("ascii")
    assert audit._archive.verify().ok


def test_a_taken_target_is_refused_and_an_empty_folder_is_filled(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("keep", "utf-8")
    with pytest.raises(InvalidInput, match="not an empty folder") as refused:
        audit.export(tmp_path / "taken", AUDITOR)
    assert refused.value.field == "folder"
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["mine.txt"]
    (tmp_path / "empty").mkdir()
    audit.export(tmp_path / "empty", AUDITOR)
    assert _verified(tmp_path / "empty")["ok"]
    (tmp_path / "file").write_text("a file", "utf-8")
    with pytest.raises(InvalidInput, match="cannot be written"):
        audit.export(tmp_path / "file" / "below", AUDITOR)


def test_an_export_that_fails_leaves_nothing_behind(audit: Audit, superuser: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        audit.export(tmp_path / "case", AUDITOR, owner="books:nobody")
    with as_attacker(superuser) as connection:
        connection.execute(
            text("update archive_entry set body = body || ' ' where id = (select max(id) from archive_entry)")
        )
    with pytest.raises(ArchiveBroken, match="not those that were signed"):
        audit.export(tmp_path / "log", AUDITOR)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys"]


def test_a_destroyed_key_does_not_leave(audit: Audit, superuser: Engine, tmp_path: Path) -> None:
    with superuser.begin() as connection:
        connection.execute(text("update subject_key set wrapped = null, destroyed_at = now() where owner = 'books:C2'"))
    audit.export(tmp_path / "case", AUDITOR, owner="books:C2")
    assert json.loads((tmp_path / "case/keys.json").read_text("utf-8")) == {}
    assert _verified(tmp_path / "case")["ok"]


def test_proofs_are_checked_by_the_verifier(audit: Audit, tmp_path: Path) -> None:
    audit.export(tmp_path / "log", AUDITOR)
    for entry in audit.show("books:C3", AUDITOR)[:5]:
        proof = audit.proof(entry.id)
        path = tmp_path / f"{entry.id}.tlog-proof"
        path.write_text(proof.text, "utf-8")
        assert _verified(tmp_path / "log", "--proof", str(path))["ok"]
        path.write_text(proof.text.replace("index ", "index 1"), "utf-8")
        assert not _verified(tmp_path / "log", "--proof", str(path))["ok"]
    with pytest.raises(NotFound):
        audit.proof(10**9)


def test_an_export_carries_the_witness_who_signed_and_only_the_keys_of_its_size(
    audit: Audit, database: Engine, tmp_path: Path
) -> None:
    witness = WitnessSigner("witness.example/w1", bytes(32))
    keys = audit._keys
    keys.trust(witness.verifier)
    first = open_checkpoint(audit.checkpoint(), keys.verifiers)
    keys.rotate(first.size)
    keys.retire(first.size)
    with database.begin() as connection:
        audit._archive.append(connection, [NewEntry("run:finished", "run:1", AT, "monitum", "engine")])
    audit._archive.integrate()
    head = open_checkpoint(audit.checkpoint(), keys.verifiers)
    line = witness.cosign(head.text, AT)
    with database.begin() as connection:
        connection.execute(
            text("insert into archive_cosignature (size, witness, line) values (:size, :witness, :line)"),
            {"size": head.size, "witness": witness.name, "line": line},
        )
    audit.export(tmp_path / "log", AUDITOR)
    assert _verified(tmp_path / "log")["witnesses"] == ["witness.example/w1"]
    old, new = keys.verifiers
    assert _verified(tmp_path / "log", "--log", new.vkey)["ok"]
    assert not _verified(tmp_path / "log", "--log", old.vkey)["ok"]
    assert old.vkey not in (tmp_path / "log/policy").read_text("utf-8")
    note = (tmp_path / "log/checkpoint").read_text("utf-8")
    assert note == audit_note(audit, head.size)
    (tmp_path / "log/checkpoint").write_text(note.replace(line, ""), "utf-8")
    assert "did not all sign" in _verified(tmp_path / "log")["what"]


def audit_note(audit: Audit, size: int) -> str:
    """The checkpoint of a size as stored, with the witness's line."""
    with audit._engine.connect() as connection:
        note = connection.execute(text("select note from archive_checkpoint where size = :size"), {"size": size})
        line = connection.execute(text("select line from archive_cosignature where size = :size"), {"size": size})
        return str(note.scalar_one()) + str(line.scalar_one())
