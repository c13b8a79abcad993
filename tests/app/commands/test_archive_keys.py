"""Keys of the archive and the witness at the command line, over the database and over the API."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from werkzeug.serving import make_server

from api.app import create_app
from app.installation.settings import Settings
from app.installation.system import System
from tests.adapters.database.archive.archive_samples import as_attacker
from tests.app.commands.conftest import Shell
from tests.conftest import administrator_url


@pytest.fixture
def signed(ready: Shell) -> Shell:
    """An installation whose archive has a checkpoint."""
    assert ready("run", "--as-of", "2026-03-12").exit_code == 0
    return ready


def vkey(shell: Shell) -> str:
    """The newest key of the log."""
    return [str(row["key"]) for row in shell.json("archive", "keys", "list") if row["state"] == "signs"][-1]


def look(shell: Shell, folder: Path, *options: str) -> Any:
    return json.loads(shell("witness", "--once", "--folder", str(folder), "--json", *options).stdout)


def set_back(superuser: Engine) -> None:
    """An older state of the log, as a restore of an older backup leaves it."""
    with as_attacker(superuser) as connection:
        first = connection.execute(text("select min(size) from archive_checkpoint")).scalar_one()
        connection.execute(text("delete from archive_checkpoint where size > :first"), {"first": first})
        connection.execute(text("delete from archive_cosignature where size > :first"), {"first": first})
        connection.execute(text("delete from archive_leaf where seq >= :first"), {"first": first})
        connection.execute(text("delete from archive_tile"))
        connection.execute(text("delete from archive_entry where id not in (select entry_id from archive_leaf)"))


def test_the_key_of_the_log_is_rotated_and_retired(signed: Shell) -> None:
    old = vkey(signed)
    assert signed("archive", "keys", "rotate").exit_code == 2
    new = signed("archive", "keys", "rotate", "--by", "anna").stdout.strip()
    assert new != old
    again = signed("archive", "keys", "rotate", "--by", "anna")
    assert (again.exit_code, "keys retire" in again.output) == (1, True)
    assert [row["state"] for row in signed.json("archive", "keys", "list")] == ["signs", "signs"]
    assert new in signed("archive", "keys", "retire", "--by", "anna").output
    assert [row["state"] for row in signed.json("archive", "keys", "list")] == ["ended", "signs"]
    assert signed("archive", "verify").exit_code == 0


def test_the_key_encryption_key_is_rotated_as_administrator_only(signed: Shell, database_url: str) -> None:
    refused = signed("archive", "keys", "rotate", "--key", "kek", "--by", "anna")
    assert (refused.exit_code, "MONITUM_ADMIN_DATABASE_URL" in refused.output) == (2, True)
    signed.environment["MONITUM_ADMIN_DATABASE_URL"] = administrator_url(database_url)
    for step in ("rotate", "retire"):
        assert "wrapped" in signed("archive", "keys", step, "--key", "kek", "--by", "anna").output
    assert signed("archive", "verify").exit_code == 0
    assert signed.json("archive", "show", "A")[0]["personal"] != "erased"


def test_a_witness_signs_what_grew_and_ends_with_a_finding_when_it_was_set_back(
    signed: Shell, database_url: str, superuser: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "eyes"
    at = ("--database", database_url)
    assert "keys list" in signed("witness", "--once", "--folder", str(folder), *at).output
    first = look(signed, folder, "--log-key", vkey(signed), *at)
    assert (first["grew"], first["size"] > 0) == (True, True)
    assert look(signed, folder, *at)["grew"] is False
    verified = signed("archive", "verify")
    assert (verified.exit_code, "keys trust" in verified.output) == (1, True)
    told = signed("witness", "--once", "--folder", str(folder), *at)
    witness = re.search(r"witness (\S+)", told.output)
    assert witness is not None
    assert signed("archive", "keys", "trust", witness[1]).exit_code == 0
    assert signed("archive", "verify").exit_code == 0
    assert signed("keys", "create", "crm", "--scope", "evaluate").exit_code == 0
    assert look(signed, folder, *at)["size"] > first["size"]
    set_back(superuser)
    found = signed("witness", "--once", "--folder", str(folder), *at)
    assert found.exit_code == 1
    assert "it was set back" in found.output
    assert found.output.count("monitum/archive\n") == 2
    refused = signed("keys", "create", "erp", "--scope", "evaluate")
    assert (refused.exit_code, "nothing is signed" in refused.output) == (1, True)
    assert "older state was restored" in signed("archive", "verify").output
    assert signed("archive", "keys", "restart", "--by", "anna", "--reason", "fire").exit_code == 0
    assert signed("archive", "verify").exit_code == 0
    assert "monitum/archive/2" in vkey(signed)


@contextmanager
def served(shell: Shell) -> Iterator[str]:
    """The API of an installation on a free port of this machine."""
    system = System(Settings.from_environment(shell.environment))
    server = make_server("127.0.0.1", 0, create_app(system.web.services), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        system.database.engine.dispose()


def test_a_witness_over_the_api_asks_with_an_auditors_key_and_his_note_is_kept_by_hand(
    signed: Shell, tmp_path: Path
) -> None:
    folder = tmp_path / "eyes"
    auditor = signed.json("keys", "create", "w", "--scope", "auditor")["key"]
    with served(signed) as url:
        assert (
            "MONITUM_WITNESS_TOKEN"
            in signed("witness", "--once", "--folder", str(folder), "--log-key", vkey(signed), "--url", url).output
        )
        signed.environment["MONITUM_WITNESS_TOKEN"] = "mon_wrong"
        refused = signed("witness", "--once", "--folder", str(folder), "--url", url)
        assert (refused.exit_code, "401" in refused.output) == (1, True)
        signed.environment["MONITUM_WITNESS_TOKEN"] = auditor
        first = look(signed, folder, "--url", url)
        assert signed("keys", "create", "crm", "--scope", "evaluate").exit_code == 0
        second = look(signed, folder, "--url", url)
        assert second["size"] > first["size"] > 0
    gone = signed("witness", "--once", "--folder", str(folder), "--url", url)
    assert (gone.exit_code, "does not answer" in gone.output) == (1, True)
    note = folder / "newest-monitum%2Farchive"
    assert note.read_text() == second["note"]
    assert signed("archive", "cosign", str(note)).exit_code == 1
    witness = re.search(r"witness (\S+)", gone.output)
    assert witness is not None
    signed("archive", "keys", "trust", witness[1])
    kept = signed("archive", "cosign", str(note))
    assert kept.exit_code == 0, kept.output
    assert signed("archive", "verify").exit_code == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "either --url or --database"),
        (("--url", "https://x", "--database", "postgresql://x/y"), "either --url or --database"),
        (("--url", "http://log.example"), "https only"),
        (("--database", "postgresql://127.0.0.1:1/x"), "does not answer"),
    ],
)
def test_a_witness_that_is_told_nonsense_says_so(
    shell: Shell, tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    shell.environment["MONITUM_WITNESS_TOKEN"] = "x"
    told = shell("witness", "--once", "--folder", str(tmp_path / "w"), "--log-key", vkey_of_nobody(), *options)
    assert (told.exit_code in {1, 2}, says in told.output) == (True, True), told.output


def vkey_of_nobody() -> str:
    return "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
