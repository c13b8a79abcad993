"""Keys of the archive over the years: the log's are rotated in the log, the key-encryption key by wrapping anew."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, text

from adapters.database.archive.errors import ArchiveForked, ArchiveRolledBack, house_errors
from adapters.database.archive.memory import require_remembered
from adapters.database.archive.store import Archive
from adapters.database.archive.tree import signed_edge, signed_head
from adapters.database.locks import SIGNING
from archive.entries.entry import NewEntry
from archive.keys.archive_keys import ArchiveKeys
from archive.log.note import Verifier
from archive.log.tiles import Edge
from engine.errors import Conflict

_STEP: Final = 5_000
_WRAPPED = text(
    "select subject_ref, owner, wrapped from subject_key where wrapped is not null and subject_ref > :after "
    "order by subject_ref limit :step for update"
)
_WRAP = text(
    "update subject_key set wrapped = new.wrapped from unnest(cast(:refs as text[]), cast(:wrapped as bytea[])) "
    "as new (ref, wrapped) where subject_ref = new.ref"
)


class KeyLife:
    """Changes of the keys of one archive, each an entry in it. `actor`: who does it."""

    def __init__(self, engine: Engine, archive: Archive, keys: ArchiveKeys, *, actor: str, at: datetime) -> None:
        self._engine = engine
        self._archive = archive
        self._keys = keys
        self._actor = actor
        self._at = at

    def rotate(self) -> Verifier:
        """A new key of the log signs beside the old one from the next checkpoint on. Raises ArchiveBroken."""
        self._archive.integrate()
        with house_errors(), self._engine.begin() as connection:
            size = _size(connection, self._keys)
            verifier = self._keys.rotate(size)
            self._note(connection, "key:rotated", {"vkey": verifier.vkey, "from": size + 1})
        self._archive.integrate()
        return verifier

    def retire(self) -> Verifier:
        """The old key of the log signs no more; the one that does. Raises ArchiveBroken when there is no old one."""
        self._archive.integrate()
        with house_errors(), self._engine.begin() as connection:
            size = _size(connection, self._keys)
            ended = self._keys.ring.signers[0].verifier
            verifier = self._keys.retire(size)
            self._note(connection, "key:retired", {"vkey": ended.vkey, "until": size})
        self._archive.integrate()
        return verifier

    def restart(self, reason: str) -> Verifier:
        """Go on under another name after a loss for good: what was signed and is not there stays signed, and no
        checkpoint may contradict it. Raises Conflict when nothing is missing, ArchiveBroken."""
        with house_errors(), self._engine.begin() as connection:
            SIGNING.take(connection)
            head, _ = signed_head(connection, self._keys.verifiers)
            edge = signed_edge(connection, head, Edge())
            try:
                require_remembered(connection, self._keys, edge)
            except (ArchiveRolledBack, ArchiveForked) as error:
                lost = str(error).partition(".")[0]
            else:
                raise Conflict("The database holds everything that was signed; a new log is not needed.")
            signed = [one.text for one in self._keys.remembered.newest(self._keys.verifiers).values()]
            verifier = self._keys.restart(head.size)
            public = {"vkey": verifier.vkey, "after": head.size, "lost": lost, "signed": signed}
            self._note(connection, "log:restarted", public, reason)
        self._archive.integrate()
        return verifier

    def rotate_kek(self, administrator: Engine) -> int:
        """A new key-encryption key; every subject's key is wrapped with it, which only the owner may. How many.

        Raises ArchiveBroken when one does not open, or while an earlier rotation is not finished.
        """
        with house_errors():
            self._keys.rotate_kek()
        wrapped = self._wrap_anew(administrator)
        self._told("kek:rotated", wrapped)
        return wrapped

    def retire_kek(self, administrator: Engine) -> int:
        """Wrap what is left under the old key-encryption key, then forget that key. How many were wrapped in all."""
        wrapped = self._wrap_anew(administrator)
        with house_errors():
            self._keys.retire_kek()
        self._told("kek:retired", wrapped)
        return wrapped

    def _told(self, kind: str, wrapped: int) -> None:
        with self._engine.begin() as connection:
            self._note(connection, kind, {"keys": wrapped})
        self._archive.integrate()

    def _wrap_anew(self, administrator: Engine) -> int:
        kek, done, after = self._keys.kek, 0, ""
        with house_errors(), administrator.begin() as connection:
            while rows := connection.execute(_WRAPPED, {"after": after, "step": _STEP}).all():
                wrapped = [kek.wrap(kek.unwrap(row.subject_ref, row.owner, row.wrapped), row.owner) for row in rows]
                connection.execute(_WRAP, {"refs": [row.subject_ref for row in rows], "wrapped": wrapped})
                done, after = done + len(rows), rows[-1].subject_ref
        return done

    def _note(self, connection: Connection, kind: str, public: dict[str, object], reason: str = "") -> None:
        self._archive.append(
            connection, [NewEntry(kind, None, self._at, self._actor, "operator", reason=reason, public=public)]
        )


def _size(connection: Connection, keys: ArchiveKeys) -> int:
    """Entries of the log, until the transaction ends: nothing is signed meanwhile."""
    SIGNING.take(connection)
    return signed_head(connection, keys.verifiers)[0].size
