"""API keys on the real database: shown once, kept as a hash, ended by date or by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from adapters.database.access.api_keys import ApiKeys, _checksum
from adapters.database.archive.store import Archive
from adapters.database.tables import archive_entry
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import Conflict, InvalidInput, NotFound

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def keys(database: Engine, tmp_path: Path) -> ApiKeys:
    return ApiKeys(database, Archive(database, ArchiveKeys(tmp_path / "keys")).append)


def test_a_key_names_its_owner_and_scopes(keys: ApiKeys) -> None:
    token, record = keys.create("crm", {"evaluate", "customers:read"}, actor="anna", now=NOW)
    assert re.fullmatch(r"mon_[a-z0-9]{10}_[A-Za-z0-9]{43}_[0-9a-f]{8}", token)
    found = keys.authenticate(token, NOW)
    assert found is not None
    assert (found.id, found.owner, found.scopes) == (record.id, "crm", ("customers:read", "evaluate"))


def test_the_database_does_not_hold_the_secret(keys: ApiKeys, database: Engine) -> None:
    token, _ = keys.create("crm", ["evaluate"], actor="anna", now=NOW)
    secret = token.split("_")[2]
    with database.connect() as connection:
        rows = [
            str(connection.execute(text(f"select t.*::text from {table} t")).all())
            for table in ("api_key", "archive_entry")
        ]
        kinds = list(connection.scalars(select(archive_entry.c.kind)))
    assert all(secret not in row for row in rows)
    assert kinds == ["api_key:created"]


def test_every_mistyped_character_is_noticed(keys: ApiKeys) -> None:
    token, _ = keys.create("crm", ["evaluate"], actor="anna", now=NOW)
    for place in range(len(token)):
        other = token[:place] + ("x" if token[place] != "x" else "y") + token[place + 1 :]
        assert keys.authenticate(other, NOW) is None


def test_a_right_checksum_alone_opens_nothing(keys: ApiKeys) -> None:
    token, record = keys.create("crm", ["evaluate"], actor="anna", now=NOW)
    head = f"mon_{record.id}_{'A' * 43}"
    assert keys.authenticate(f"{head}_{_checksum(head)}", NOW) is None
    head = f"mon_{'0' * 10}_{token.split('_')[2]}"
    assert keys.authenticate(f"{head}_{_checksum(head)}", NOW) is None


def test_a_key_expires(keys: ApiKeys) -> None:
    token, _ = keys.create("crm", ["evaluate"], actor="anna", now=NOW, expires_at=NOW + timedelta(days=1))
    assert keys.authenticate(token, NOW + timedelta(hours=23)) is not None
    assert keys.authenticate(token, NOW + timedelta(days=1)) is None


def test_a_revoked_key_ends_at_once_and_once(keys: ApiKeys) -> None:
    token, record = keys.create("crm", ["evaluate"], actor="anna", now=NOW)
    assert keys.revoke(record.id, actor="anna", now=NOW).revoked_at == NOW
    assert keys.authenticate(token, NOW) is None
    with pytest.raises(Conflict):
        keys.revoke(record.id, actor="anna", now=NOW)
    with pytest.raises(NotFound):
        keys.revoke("nosuchkey0", actor="anna", now=NOW)


def test_the_last_use_is_kept_to_the_minute(keys: ApiKeys) -> None:
    token, _ = keys.create("crm", ["evaluate"], actor="anna", now=NOW)
    for seconds in (0, 30, 61):
        keys.authenticate(token, NOW + timedelta(seconds=seconds))
    assert [key.last_used_at for key in keys.all()] == [NOW + timedelta(seconds=61)]


def test_a_key_needs_an_owner_and_a_scope(keys: ApiKeys) -> None:
    with pytest.raises(InvalidInput, match="owner"):
        keys.create(" ", ["evaluate"], actor="anna", now=NOW)
    with pytest.raises(InvalidInput, match="scope"):
        keys.create("crm", [], actor="anna", now=NOW)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_keys(text_: str) -> None:
    assert ApiKeys(None, None).authenticate(text_, NOW) is None  # type: ignore[arg-type]  # never reaches the database
