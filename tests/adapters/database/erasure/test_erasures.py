"""After an erasure nothing stored names the person, and everything that was signed still verifies."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from adapters.database.archive.contents import Erased
from adapters.database.archive.verification import verify_archive
from adapters.database.erasure.restored import ErasuresForgotten
from app.installation.system import System
from app.usecases.sync import sync_source
from archive.entries.entry import NewEntry
from archive.entries.reading import Reader
from archive.erasure.shred_journal import JOURNAL, Shredded
from engine.errors import ArchiveBroken, Conflict, InvalidInput, NotFound
from tests.adapters.database.erasure.erasing import (
    CANARIES,
    EMAIL,
    LATER,
    NAME,
    erase,
    files,
    found,
    lived_through,
    stored,
)
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import SOURCE, Installation
from tests.conftest import administrator_url

READER = Reader("Rita", "auditor")


@pytest.fixture
def lived(house: Installation) -> Installation:
    return lived_through(house)


def test_nothing_stored_names_the_person_afterwards(lived: Installation, tmp_path: Path) -> None:
    system = lived.system
    before = {one for _, data in stored(system.database.engine) for one in found(data)}
    assert before == set(CANARIES)  # the search finds what is there
    document = system.issuance.documents.find()[0]
    done = erase(lived)
    assert (done.done, done.contents) == (True, 4)
    system.records.audit.export(tmp_path / "log", READER)
    hits = [(where, one) for where, data in stored(system.database.engine) for one in found(data)]
    hits += [(where, one) for where, data in files(tmp_path / "home") for one in found(data)]
    hits += [(where, one) for where, data in files(tmp_path / "log") for one in found(data)]
    assert hits == []
    assert any("Bartnik" in data.decode("utf-8", "replace") for _, data in stored(system.database.engine))
    for part in ("pdf", "json", "xml"):
        with pytest.raises(Erased, match=f"erased by entry {done.entry}"):
            system.issuance.documents.content(document.id, part)
    with pytest.raises(Erased):
        system.issuance.documents.reproduce(document.id)


def test_everything_that_was_signed_still_verifies(lived: Installation, tmp_path: Path) -> None:
    system = lived.system
    old = system.records.audit.proof(system.records.archive.show(SOURCE, "A")[0].id)
    done = erase(lived)
    report = system.records.archive.verify()
    assert (report.problems, report.erased) == ((), 1)
    shown = system.records.archive.show(SOURCE, "A")
    assert {entry.personal for entry in shown} == {None}
    assert sum(entry.erased for entry in shown) >= 4
    assert system.records.archive.entry(done.entry).label("pl") == "usunięto dane osoby"
    again = system.records.audit.proof(system.records.archive.show(SOURCE, "A")[0].id)
    assert (again.body, again.seq) == (old.body, old.seq)
    system.records.audit.export(tmp_path / "log", READER)
    verified = subprocess.run(
        [sys.executable, "-S", "-I", str(tmp_path / "log/verify.py")], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout[:8]) == (0, "VERIFIED"), verified.stdout


def test_the_books_do_not_bring_him_back(lived: Installation) -> None:
    system = lived.system
    erase(lived)
    lived.books.change(
        {
            "customers": [{"key": "A", "name": f"{NAME} nowa", "limit": "wrong"}],
            "services": [{"key": "S2", "name": f"Linia {NAME}"}],
        }
    )
    lived.books.write(lived.source)
    lived.clock.now = LATER + timedelta(hours=1)
    assert sync_source(system.books.mirror, system.records.archive, SOURCE, now=system.clock()).quarantined
    assert [one for _, data in stored(system.database.engine) for one in found(data)] == []
    with system.database.engine.connect() as connection:
        reasons = connection.execute(text('select "column", value, reason from quarantine')).all()
        assert any("was erased and is not taken in again" in row.reason for row in reasons)
        assert connection.execute(text("select count(*) from customer where key = 'B'")).scalar_one() == 1
    lived.books.change({"customers": [{"key": "A", "name": NAME, "limit": ""}]})
    lived.books.write(lived.source)
    system.records.erasures.readmit(SOURCE, "A", by="Iwona", reason="a customer again", at=lived.clock.now)
    lived.clock.now += timedelta(hours=1)
    assert sync_source(system.books.mirror, system.records.archive, SOURCE, now=system.clock()).quarantined == 0
    with system.database.engine.connect() as connection:
        current = text("select name, email from customer where key = 'A' and recorded_to is null")
        assert tuple(connection.execute(current).one()) == (NAME, EMAIL)
    assert system.records.archive.verify().problems == ()


def test_what_cannot_be_erased_is_said(lived: Installation) -> None:
    with pytest.raises(NotFound):
        erase(lived, "nobody")
    with pytest.raises(InvalidInput, match="without the person's data"):
        erase(lived, reason=f"request of {NAME}")
    with pytest.raises(InvalidInput, match="'by'"):
        erase(lived, by=" ")
    erase(lived)
    with pytest.raises(Conflict, match="erased already"):
        erase(lived)


def test_what_is_under_way_is_settled_first(lived: Installation) -> None:
    lived.write("update action set state = 'unknown' where customer_key = 'A'")
    with pytest.raises(Conflict, match="not settled"):
        erase(lived)


def _copied(house: Installation, name: str) -> str:
    """A copy of the database as it is now: what a backup would bring back. Its URL."""
    house.system.database.engine.dispose()
    known = make_url(house.system.database.url).database
    # the one that keeps the database for the next test is connected, and a template may have no other user
    _administer(house, f"select pg_terminate_backend(pid, 1000) from pg_stat_activity where datname = '{known}'")
    _administer(house, f"create database {name} template {known}")
    return make_url(house.system.database.url).set(database=name).render_as_string(hide_password=False)


def _administer(house: Installation, statement: str) -> None:
    server = make_url(administrator_url(house.system.database.url)).set(database="postgres")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_restore_brings_nobody_back(lived: Installation) -> None:
    system = lived.system
    name = f"{make_url(system.database.url).database}_restored"
    url = _copied(lived, name)
    erase(lived)
    again = System(replace(system.settings, database_url=url), clock=lived.clock)
    with pytest.raises(ErasuresForgotten, match="--replay"):
        _ = again.database.engine
    assert {one for _, data in stored(again.database.restored_engine) for one in found(data)} == set(CANARIES)
    assert [(one.customer, one.done) for one in again.records.erasures.replay(at=lived.clock.now)] == [("A", True)]
    assert [one for _, data in stored(again.database.engine) for one in found(data)] == []
    assert again.records.erasures.replay(at=lived.clock.now) == []
    # What was lost with the restore stays visible; nothing else is wrong.
    assert {problem.table for problem in again.records.archive.verify().problems} == {"archive_checkpoint"}
    again.database.engine.dispose()
    _administer(lived, f"drop database {name} with (force)")


def test_a_power_cut_before_the_commit_is_made_good_by_the_journal(lived: Installation) -> None:
    system = lived.system
    system.records.journal.write([Shredded("erased", f"{SOURCE}:A", lived.clock.now)])
    with (system.settings.keys / JOURNAL).open("ab") as file:
        file.write(b'{"what": "erased", "owner": "books:B", ')  # torn: it was never committed
    assert [line.owner for line in system.records.erasures.missing()] == [f"{SOURCE}:A"]
    system.records.erasures.replay(at=lived.clock.now)
    assert [one for _, data in stored(system.database.engine) for one in found(data)] == []
    assert system.records.archive.verify().problems == ()
    system.records.journal.write([Shredded("readmitted", f"{SOURCE}:A", lived.clock.now + timedelta(days=1))])
    assert [line.what for line in system.records.journal.read()] == ["erased", "readmitted"]
    assert [line.what for line in system.records.erasures.missing()] == ["readmitted"]
    system.records.erasures.replay(at=lived.clock.now + timedelta(days=2))
    assert system.records.erasures.missing() == []
    (system.settings.keys / JOURNAL).write_bytes(b"nonsense\n")
    with pytest.raises(ArchiveBroken, match="line 1"):
        system.records.erasures.missing()


def test_a_tombstone_needs_an_entry_that_says_so(lived: Installation) -> None:
    done = erase(lived)
    system = lived.system
    superuser = create_engine(administrator_url(system.database.url))
    for edit in (
        f"update erased_content set entry_id = {done.entry - 1}",
        "update erased_content set sha256 = repeat('0', 64) where sha256 = (select min(sha256) from erased_content)",
        "delete from erased_content",
        "insert into content (sha256, media_type, data) select sha256, media_type, 'x' from erased_content limit 1",
        "update subject_key set wrapped = 'x', destroyed_at = null where wrapped is null",
    ):
        with superuser.connect() as connection:
            connection.execute(text("alter table erased_content disable trigger user"))
            connection.execute(text(edit))
            assert verify_archive(connection, system.records.keys, None).problems, edit
            connection.rollback()
    superuser.dispose()
    assert system.records.archive.verify().problems == ()
    system.database.engine.dispose()


def test_a_tombstone_in_an_export_needs_an_entry_too(lived: Installation, tmp_path: Path) -> None:
    """Whoever takes a document out of an export cannot say that it was erased."""
    done = erase(lived)
    system, folder = lived.system, tmp_path / "log"
    with system.database.engine.begin() as connection:
        kept = system.records.archive.store_content(connection, b"letter to Z", "text/plain")
        system.records.archive.append(
            connection, [NewEntry("action:done", "action:9", LATER, "x", "x", documents={kept: "text/plain"})]
        )
    system.records.audit.export(folder, READER)
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    place = system.records.archive.entry(done.entry).seq
    assert (len(manifest["erased"]), set(manifest["erased"].values())) == (4, {place})
    gone = next(iter(manifest["erased"]))
    assert (folder / f"{gone}.erased").read_text("ascii") == f"erased by entry {place}\n"
    assert _verified(folder) == (0, "")
    (folder / "documents" / kept).unlink()
    assert _verified(folder)[0] == 1
    manifest["erased"][f"documents/{kept}"] = place
    manifest["documents"] -= 1
    _sealed(folder, manifest)
    assert _verified(folder) == (1, "The entry does not say that the document was erased.")
    manifest["erased"] = 7
    _sealed(folder, manifest)
    assert "malformed" in _verified(folder)[1]


def _sealed(folder: Path, manifest: dict[str, object]) -> None:
    data = json.dumps(manifest).encode()
    (folder / "MANIFEST.json").write_bytes(data)
    (folder / "MANIFEST.sha256").write_text(f"{sha256(data).hexdigest()}  MANIFEST.json\n", "ascii")


def _verified(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(folder / "verify.py"), "--json"], capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout).get("what", "")


def test_the_files_of_the_embedded_server_hold_nothing_either(port: int, inbox: Inbox) -> None:
    """Searched: tables, statistics, write-ahead files, server log, keys. Tables and write-ahead files are files."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)  # the server runs as a user of its own
    house = Installation(folder, "", port)
    house.stock()
    lived_through(house, other=False)
    with house.system.database.engine.connect() as connection:
        connection.execute(text("analyze customer"))
    before = {one for _, data in files(folder / "home") for one in found(data)}
    assert before == set(CANARIES)
    assert erase(house).done
    house.system.database.scrub(wanted=False)
    hits = [(where, one) for where, data in files(folder / "home") for one in found(data)]
    assert hits == []
    assert house.system.records.archive.verify().problems == ()
    house.close()
    shutil.rmtree(folder, ignore_errors=True)
