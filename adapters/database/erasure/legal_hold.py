"""Legal hold: what may not be erased, for a customer, a document or a case. One person sets it, two lift it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from adapters.database import locks
from adapters.database.archive.store import Archive
from archive.entries.entry import NewEntry
from archive.erasure.legal_hold import HoldScope, LegalHold
from engine.errors import Conflict, FourEyes, InvalidInput, NotFound

_HELD = text("select archive_held(:owner)")
_SET = text(
    "insert into legal_hold (scope, reference, owner, reason, set_by, set_at) "
    "values (:scope, :reference, :owner, :reason, :by, :at) returning id"
)
_LIFT = text("insert into legal_hold_lift (hold_id, lifted_by, reason, lifted_at) values (:id, :by, :reason, :at)")
_LIST = text("""
select id, scope, reference, owner, reason, set_by, set_at,
    array(select lifted_by from legal_hold_lift where hold_id = hold.id order by lifted_at, lifted_by) lifted_by,
    (select max(lifted_at) from legal_hold_lift where hold_id = hold.id) lifted_at
from legal_hold hold where cast(:id as bigint) is null or id = :id order by id
""")
#: Who each scope speaks about: 'source:customer', or that there is such a case.
_FOUND: Final = {
    "customer": text(
        "select :reference where exists (select from subject_key where owner = :reference) or exists (select from "
        "customer where source = split_part(:reference, ':', 1) "
        "and key = substr(:reference, strpos(:reference, ':') + 1))"
    ),
    "document": text("select source || ':' || customer_key from issued_document where id::text = :reference"),
    "case": text("select case_ref from archive_entry where case_ref = :reference limit 1"),
}


def held(connection: Connection, owner: str) -> list[int]:
    """Ids of the holds that forbid erasing an owner ('source:customer')."""
    return list(connection.execute(_HELD, {"owner": owner}).scalars())


class LegalHolds:
    """The holds of one database, each change an entry of the archive."""

    def __init__(self, engine: Engine, archive: Archive) -> None:
        self._engine = engine
        self._archive = archive

    def set(self, scope: HoldScope, reference: str, *, by: str, reason: str, at: datetime) -> LegalHold:
        """Forbid erasure. Raises NotFound when there is no such thing, InvalidInput without a name or reason."""
        by, reason = _said("by", by), _said("reason", reason)
        with self._engine.begin() as connection:
            found = connection.execute(_FOUND[scope], {"reference": reference}).scalar_one_or_none()
            if found is None:
                raise NotFound(scope, reference)
            owner = None if scope == "case" else str(found)
            values = {"scope": scope, "reference": reference, "owner": owner, "reason": reason, "by": by, "at": at}
            hold = _hold(connection, connection.execute(_SET, values).scalar_one())
            self._note(connection, "legal_hold:set", hold, by, reason, at)
        self._archive.integrate()
        return hold

    def lift(self, hold_id: int, *, by: str, reason: str, at: datetime) -> LegalHold:
        """Lift a hold for one's own part. Raises NotFound; FourEyes when the same person lifts it twice; Conflict when
        it is lifted already; InvalidInput without a name or reason."""
        by, reason = _said("by", by), _said("reason", reason)
        with self._engine.begin() as connection:
            locks.legal_hold(hold_id).take(connection)
            if not _hold(connection, hold_id).stands:
                raise Conflict(f"The hold {hold_id} is lifted already.")
            try:
                connection.execute(_LIFT, {"id": hold_id, "by": by, "reason": reason, "at": at})
            except IntegrityError:
                raise FourEyes(f"'{by}' has lifted the hold {hold_id}; a second person must lift it too.") from None
            hold = _hold(connection, hold_id)
            kind = "legal_hold:lift_asked" if hold.stands else "legal_hold:lifted"
            self._note(connection, kind, hold, by, reason, at)
        self._archive.integrate()
        return hold

    def list(self) -> Sequence[LegalHold]:
        """Every hold there was, by age."""
        with self._engine.connect() as connection:
            return [_read(row) for row in connection.execute(_LIST, {"id": None})]

    def _note(self, connection: Connection, kind: str, hold: LegalHold, by: str, reason: str, at: datetime) -> None:
        public: dict[str, object] = {"hold": hold.id, "scope": hold.scope}
        if hold.owner is None:
            public["reference"] = hold.reference
        entry = NewEntry(
            kind, f"legal_hold:{hold.id}", at, by, "records", reason=reason, subject=hold.owner, public=public
        )
        self._archive.append(connection, [entry])


def _said(field: str, value: str) -> str:
    value = " ".join(value.split())
    if not value:
        raise InvalidInput(f"A legal hold needs '{field}'.", field=field)
    return value


def _hold(connection: Connection, hold_id: int) -> LegalHold:
    row = connection.execute(_LIST, {"id": hold_id}).one_or_none()
    if row is None:
        raise NotFound("legal hold", str(hold_id))
    return _read(row)


def _read(row: Any) -> LegalHold:
    return LegalHold(**{**row._asdict(), "lifted_by": tuple(row.lifted_by)})
