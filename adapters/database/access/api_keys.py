"""Keys of those who may use the API. The database keeps a hash; the key itself is shown once.

A key reads `mon_<id>_<43 random characters>_<checksum>`: the prefix and the CRC-32 let secret scanners find a leaked
one and tell a mistyped one from an unknown one without asking the database.
"""

from __future__ import annotations

import hmac
import re
import secrets
import string
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, select, update

from adapters.database.tables import api_key
from archive.entries.entry import NewEntry
from engine.errors import Conflict, InvalidInput, NotFound

_ALPHABET: Final = string.ascii_letters + string.digits
_SHAPE: Final = re.compile(r"mon_([a-z0-9]{10})_([A-Za-z0-9]{43})_([0-9a-f]{8})", re.ASCII)
#: The last use is written at most this often, so that a busy key is not a busy row.
_USE_RESOLUTION: Final = timedelta(minutes=1)
_columns = api_key.c


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `owner` is the person or system that acts with it: the author, the approver."""

    id: str
    owner: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def usable(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class ApiKeys:
    """The table `api_key`. `append` writes archive entries in the transaction it is given."""

    def __init__(self, engine: Engine, append: Callable[[Connection, Sequence[NewEntry]], object]) -> None:
        self._engine = engine
        self._append = append

    def create(
        self, owner: str, scopes: Collection[str], *, actor: str, now: datetime, expires_at: datetime | None = None
    ) -> tuple[str, ApiKey]:
        """A new key, readable only here, and its record. Raises InvalidInput without owner or scopes."""
        if not owner.strip():
            raise InvalidInput("A key needs an owner.", field="owner")
        if not scopes:
            raise InvalidInput("A key needs at least one scope.", field="scopes")
        record = ApiKey(
            _random(10, string.ascii_lowercase + string.digits), owner, tuple(sorted(scopes)), now, expires_at
        )
        secret = _random(43, _ALPHABET)
        with self._engine.begin() as connection:
            connection.execute(
                api_key.insert().values(
                    id=record.id,
                    owner=record.owner,
                    secret_hash=_hash(secret),
                    scopes=list(record.scopes),
                    created_at=now,
                    expires_at=expires_at,
                )
            )
            self._archive(connection, "api_key:created", record, actor, now)
        head = f"mon_{record.id}_{secret}"
        return f"{head}_{_checksum(head)}", record

    def authenticate(self, text: str, now: datetime) -> ApiKey | None:
        """The record of a presented key; None when it is malformed, unknown, expired or revoked."""
        match = _SHAPE.fullmatch(text)
        if match is None or _checksum(text.rpartition("_")[0]) != match[3]:
            return None
        with self._engine.begin() as connection:
            row = connection.execute(select(api_key).where(_columns.id == match[1])).mappings().first()
            if row is None or not hmac.compare_digest(row["secret_hash"], _hash(match[2])):
                return None
            record = _record(row)
            if not record.usable(now):
                return None
            if record.last_used_at is None or now - record.last_used_at >= _USE_RESOLUTION:
                connection.execute(update(api_key).where(_columns.id == record.id).values(last_used_at=now))
        return record

    def revoke(self, key_id: str, *, actor: str, now: datetime) -> ApiKey:
        """End a key at once. Raises NotFound, Conflict when it is revoked already."""
        with self._engine.begin() as connection:
            row = connection.execute(select(api_key).where(_columns.id == key_id).with_for_update()).mappings().first()
            if row is None:
                raise NotFound("API key", key_id)
            if row["revoked_at"] is not None:
                raise Conflict(f"API key '{key_id}' is revoked already.")
            connection.execute(update(api_key).where(_columns.id == key_id).values(revoked_at=now))
            record = replace(_record(row), revoked_at=now)
            self._archive(connection, "api_key:revoked", record, actor, now)
        return record

    def all(self) -> list[ApiKey]:
        """Every key, also revoked ones, by owner."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(api_key).order_by(_columns.owner, _columns.created_at)).mappings()
            return [_record(row) for row in rows]

    def _archive(self, connection: Connection, kind: str, record: ApiKey, actor: str, now: datetime) -> None:
        public = {
            "owner": record.owner,
            "scopes": list(record.scopes),
            "expires_at": record.expires_at.isoformat() if record.expires_at else None,
        }
        self._append(connection, [NewEntry(kind, f"api_key:{record.id}", now, actor, "administrator", public=public)])


def _record(row: RowMapping) -> ApiKey:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "secret_hash"}
    return ApiKey(**(values | {"scopes": tuple(row["scopes"])}))


def _random(length: int, alphabet: str) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _checksum(head: str) -> str:
    return f"{zlib.crc32(head.encode()):08x}"
