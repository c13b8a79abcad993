"""Erasing a customer: the key that opens what the archive says of it, its contents, and its facts, at once.

Nothing goes that the law or a hold keeps: then the request waits, and is done by itself on its day (GDPR art. 17 (3)).
Every erasure and every refusal is an entry of the archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, Engine, RowMapping, text

from adapters.database.archive.store import Archive
from adapters.database.erasure.erased_facts import erase_facts, personal_values
from adapters.database.erasure.legal_hold import held
from adapters.database.erasure.restored import missing
from adapters.database.erasure.retention import Retention
from adapters.database.locks import facts_of
from adapters.database.tables.execution import PENDING_STATES
from archive.entries.entry import NewEntry
from archive.erasure.erasure import Erasure, ErasureRequest
from archive.erasure.retention import Kept
from archive.erasure.shred_journal import Shredded, ShredJournal
from engine.errors import Conflict, InvalidInput, NotFound

#: Hashes of contents in one entry; a body has 65,535 bytes.
_NAMED: Final = 800
#: The wording that a company wrote itself is no content about a person.
_IMPERSONAL: Final = "application/yaml"

_KNOWN = text(
    "select exists (select from customer where source = :source and key = :customer) "
    "or exists (select from subject_key where owner = :owner)"
)
_IN_FORCE = text(
    "select * from erasure where source = :source and customer_key = :customer and readmitted_at is null for update"
)
_UNDER_WAY = text(
    "select count(*) from action where source = :source and customer_key = :customer and state = any(:pending)"
)
_CONTENTS = text("""
select distinct content.sha256 from subject_key key
join archive_entry entry on entry.subject_ref = key.subject_ref
cross join lateral jsonb_object_keys(convert_from(entry.body, 'UTF8')::jsonb -> 'documents') named (sha256)
join content on content.sha256 = named.sha256
where key.owner = :owner and content.media_type <> :impersonal order by 1
""")
_WAIT = text("""
insert into erasure (source, customer_key, requested_by, reason, requested_at, due_on)
values (:source, :customer, :by, :reason, :at, :due_on)
on conflict (source, customer_key) where readmitted_at is null do update set due_on = excluded.due_on returning id
""")
_DONE = text("update erasure set done_at = :at, entry_id = :entry, due_on = null where id = :id")
_READMIT = text("update erasure set readmitted_at = :at where id = :id")
_LIST = text("""
select source, customer_key customer, requested_by, reason, requested_at, due_on, done_at, entry_id, readmitted_at
from erasure order by done_at nulls first, due_on, id
""")
_WAITING = text("select * from erasure where done_at is null order by due_on nulls last, id")


@dataclass(frozen=True, slots=True)
class _Request:
    """Who asks for what, why and when."""

    source: str
    customer: str
    by: str
    reason: str
    at: datetime
    role: str = "records"

    @property
    def owner(self) -> str:
        return f"{self.source}:{self.customer}"

    def entry(self, kind: str, public: Mapping[str, object], erasure: int) -> NewEntry:
        return NewEntry(
            kind,
            f"erasure:{erasure}",
            self.at,
            self.by,
            self.role,
            reason=self.reason,
            subject=self.owner,
            public=public,
        )


class Erasures:
    """Erasing out of one database. `journal` remembers who was erased when the database does not."""

    def __init__(self, engine: Engine, archive: Archive, retention: Retention, journal: ShredJournal) -> None:
        self._engine = engine
        self._archive = archive
        self._retention = retention
        self._journal = journal

    def erase(self, source: str, customer: str, *, by: str, reason: str, at: datetime, today: date) -> Erasure:
        """Erase a customer, or write down why not and until when. `today`: the business day of `at`.

        Raises NotFound for an unknown customer; InvalidInput for no name or reason, or a reason that holds what is to
        be erased; Conflict when it is erased already, when something about it is under way, or no term is known.
        """
        request = _Request(source, customer, _said("by", by), _said("reason", reason), at)
        with self._engine.begin() as connection:
            self._require_erasable(connection, request)
            kept = self._retention.kept(connection, source, customer, today)
            holds = held(connection, request.owner)
            done = self._refuse(connection, request, kept, holds) if kept or holds else self._shred(connection, request)
        self._archive.integrate()
        return done

    def run(self, *, at: datetime, today: date) -> list[Erasure]:
        """Do what waits and is due; what still may not be done gets its new day without another entry."""
        done = []
        for row in self.waiting():
            with self._engine.begin() as connection:
                request = _Request(row["source"], row["customer_key"], "monitum", row["reason"], at, "scheduler")
                erasure = _in_force(connection, request)
                if erasure is None or erasure["done_at"] or self._under_way(connection, request):
                    continue
                kept = self._retention.kept(connection, request.source, request.customer, today)
                if kept:
                    connection.execute(_WAIT, _values(request, kept.free_on))
                elif not held(connection, request.owner):
                    done.append(self._shred(connection, request))
        if done:
            self._archive.integrate()
        return done

    def dormant(self, today: date) -> list[tuple[str, str]]:
        """Source and key of customers of which nothing has to be kept any more, without a request. Raises Conflict."""
        with self._engine.connect() as connection:
            return self._retention.dormant(connection, today)

    def replay(self, *, at: datetime) -> list[Erasure]:
        """Erase again what the journal says, after a restore of the database to a state before, and take in again what
        it says. Signs nothing: the log may be behind what was signed. Raises ArchiveBroken when the journal is."""
        done = []
        for line in self.missing():
            with self._engine.begin() as connection:
                source, _, customer = line.owner.partition(":")
                request = _Request(source, customer, "monitum", "replayed from the journal of erasures", at, "replay")
                if line.what == "readmitted":
                    erasure = _in_force(connection, request)
                    if erasure is not None and erasure["done_at"]:
                        self._take_in(connection, request, erasure["id"])
                    continue
                done.append(self._shred(connection, request, journal=False))
        return done

    def missing(self) -> list[Shredded]:
        """Lines of the journal that the database does not know, oldest first: it was set back. Raises ArchiveBroken."""
        return missing(self._engine, self._journal)

    def readmit(self, source: str, customer: str, *, by: str, reason: str, at: datetime) -> None:
        """Take a customer in again at the next sync. Raises NotFound when it is not erased, InvalidInput."""
        request = _Request(source, customer, _said("by", by), _said("reason", reason), at)
        with self._engine.begin() as connection:
            erasure = _in_force(connection, request)
            if erasure is None or not erasure["done_at"]:
                raise NotFound("erased customer", request.owner)
            self._take_in(connection, request, erasure["id"])
            self._journal.write([Shredded("readmitted", request.owner, at)])
        self._archive.integrate()

    def list(self) -> Sequence[ErasureRequest]:
        """Requests and erasures, waiting ones first."""
        with self._engine.connect() as connection:
            return [ErasureRequest(**row) for row in connection.execute(_LIST).mappings()]

    def waiting(self) -> Sequence[RowMapping]:
        """Requests that are not done, the next first."""
        with self._engine.connect() as connection:
            return connection.execute(_WAITING).mappings().all()

    def _require_erasable(self, connection: Connection, request: _Request) -> None:
        erasure = _in_force(connection, request)
        values = {"source": request.source, "customer": request.customer, "owner": request.owner}
        if not connection.execute(_KNOWN, values).scalar_one():
            raise NotFound("customer", request.customer)
        if erasure is not None and erasure["done_at"]:
            raise Conflict(f"{request.owner} was erased already, by entry {erasure['entry_id']}.")
        told = f"{request.by} {request.reason}".casefold()
        for value in personal_values(connection, request.source, request.customer):
            if value.casefold() in told:
                raise InvalidInput(
                    "The reason stays after the erasure; write it without the person's data.", field="reason"
                )
        if count := self._under_way(connection, request):
            raise Conflict(
                f"{count} actions about {request.owner} are not settled; settle them first: monitum outbox status"
            )

    def _under_way(self, connection: Connection, request: _Request) -> int:
        values = {"source": request.source, "customer": request.customer, "pending": list(PENDING_STATES)}
        count: int = connection.execute(_UNDER_WAY, values).scalar_one()
        return count

    def _refuse(self, connection: Connection, request: _Request, kept: Kept, holds: Sequence[int]) -> Erasure:
        due_on = kept.free_on
        erasure = connection.execute(_WAIT, _values(request, due_on)).scalar_one()
        public = {
            "grounds": [ground.as_json() for ground in kept.grounds],
            "holds": list(holds),
            "due_on": due_on and due_on.isoformat(),
        }
        [entry] = self._archive.append(connection, [request.entry("erasure:refused", public, erasure)])
        return Erasure(request.source, request.customer, None, due_on, kept.grounds, tuple(holds), entry, 0)

    def _shred(self, connection: Connection, request: _Request, *, journal: bool = True) -> Erasure:
        """Everything in the caller's transaction; the journal is written last and before the commit: a power cut in
        between leaves it written down as erased, and the next start does it."""
        facts_of(request.source).take(connection)  # no reading of the books brings the customer back meanwhile
        _in_force(connection, request)
        erasure = connection.execute(_WAIT, _values(request, None)).scalar_one()
        named = {"owner": request.owner, "impersonal": _IMPERSONAL}
        contents = list(connection.execute(_CONTENTS, named).scalars())
        parts = [contents[start : start + _NAMED] for start in range(0, len(contents), _NAMED)] or [[]]
        entries = self._archive.append(
            connection, [request.entry("subject:erased", {"contents": part}, erasure) for part in parts]
        )
        for entry in entries:
            connection.execute(text("select archive_erase(:entry)"), {"entry": entry})
        values = personal_values(connection, request.source, request.customer)
        erase_facts(connection, request.source, request.customer, values)
        connection.execute(_DONE, {"id": erasure, "at": request.at, "entry": entries[0]})
        if journal:
            self._journal.write([Shredded("erased", request.owner, request.at)])
        return Erasure(request.source, request.customer, request.at, None, (), (), entries[0], len(contents))

    def _take_in(self, connection: Connection, request: _Request, erasure: int) -> None:
        self._archive.append(connection, [request.entry("subject:readmitted", {}, erasure)])
        connection.execute(_READMIT, {"id": erasure, "at": request.at})
        connection.execute(text("update source set fingerprint = null where key = :key"), {"key": request.source})


def _in_force(connection: Connection, request: _Request) -> RowMapping | None:
    values = {"source": request.source, "customer": request.customer}
    return connection.execute(_IN_FORCE, values).mappings().one_or_none()


def _values(request: _Request, due_on: date | None) -> dict[str, object]:
    return {
        "source": request.source,
        "customer": request.customer,
        "by": request.by,
        "reason": request.reason,
        "at": request.at,
        "due_on": due_on,
    }


def _said(field: str, value: str) -> str:
    value = " ".join(value.split())
    if not value:
        raise InvalidInput(f"An erasure needs '{field}'.", field=field)
    return value
