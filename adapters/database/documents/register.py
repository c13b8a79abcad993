"""Finding issued documents, with how they stand in the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, text

from adapters.database.documents.ledger_match import BOOKED_AS, listed, owed
from adapters.database.facts.snapshot_rows import minor
from adapters.database.transaction import within
from documents.register.issued import IssuedDocument
from documents.register.model import DocumentSearch
from engine.errors import NotFound
from engine.money import Money

#: Every document with its newest settlement; no state: it is no claim. What the books do not know is open as issued.
_WITH_STATUS: Final = f"""
select i.*, case when i.kind in ({listed(tuple(BOOKED_AS))}) then coalesce(s.state, 'unbilled') end as state,
       case when i.kind not in ({listed(tuple(BOOKED_AS))}) then null
            when s.booked_key is null then {owed("i")} else s.open_minor end as open_minor,
       coalesce(s.currency, i.currency) as open_currency, s.booked_key, s.booked_net_minor, s.booked_gross_minor,
       s.mismatch, s.vanished, s.synced_at
from issued_document i
left join lateral (
    select * from document_settlement s where s.document_id = i.id order by s.id desc limit 1
) s on true
"""
_HISTORY = text("select * from document_settlement where document_id = :id order by id")

_OVERDUE: Final = "coalesce(d.open_minor > 0 and d.due_date < :today, false)"
#: Field of a search -> what must be true of a document.
_CONDITIONS: Final = {
    "kind": "d.kind = :kind",
    "source": "d.source = :source",
    "customer": "d.customer_key = :customer",
    "number": "position(lower(:number) in lower(d.number)) > 0",
    "currency": "d.currency = :currency",
    "state": "d.state = :state",
    "overdue": f"{_OVERDUE} = :overdue",
    "issued_from": "d.issue_date >= :issued_from",
    "issued_to": "d.issue_date <= :issued_to",
    "due_from": "d.due_date >= :due_from",
    "due_to": "d.due_date <= :due_to",
}


def _major(amount: str, currency: str) -> str:
    return f"({amount} / {minor('1', currency)}::numeric)"


#: What is sorted by, and its type.
_SORTED: Final = {
    "issue_date": ("d.issue_date", "date"),
    "due_date": ("d.due_date", "date"),
    "gross": (_major("d.gross_minor", "d.currency"), "numeric"),
    "open": (_major("d.open_minor", "d.open_currency"), "numeric"),
}


@dataclass(frozen=True, slots=True)
class DocumentSettlement:
    """How a claim stands: minor units of `currency`, which is that of the books where they know it.

    `booked_key` and amounts: what the books have; None while they do not know it. `mismatch`: they have something else
    than was issued. `vanished`: they stopped listing what was open. `synced_at`: the sync that found it so.
    """

    state: str
    open_minor: int | None
    currency: str
    booked_key: str | None
    booked_net_minor: int | None
    booked_gross_minor: int | None
    mismatch: bool
    vanished: bool
    synced_at: dt.datetime | None

    def as_json(self) -> dict[str, Any]:
        """Plain data; amounts as decimal text."""
        booked = {
            "key": self.booked_key,
            "currency": self.currency,
            "net": self._text(self.booked_net_minor),
            "gross": self._text(self.booked_gross_minor),
        }
        return {
            "state": self.state,
            "open": self._text(self.open_minor),
            "currency": self.currency,
            "booked": booked if self.booked_key else None,
            "mismatch": self.mismatch,
            "vanished": self.vanished,
            "synced_at": self.synced_at and self.synced_at.isoformat(),
        }

    def _text(self, minor: int | None) -> str | None:
        return None if minor is None else Money(self.currency, minor).text


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """An issued document and its settlement on a day; None for one that is no claim. `place`: value of the sort and
    id, the place of the document in the list it was found in."""

    document: IssuedDocument
    settlement: DocumentSettlement | None
    days_overdue: int
    place: tuple[str, int]

    def as_json(self) -> dict[str, Any]:
        """Plain data; amounts as decimal text."""
        stands = self.settlement and {**self.settlement.as_json(), "days_overdue": self.days_overdue}
        return {**self.document.as_json(), "settlement": stands}


class DocumentRegister:
    """The issued documents of one database, as a list."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(
        self, search: DocumentSearch, *, today: dt.date, limit: int, after: tuple[str, int] | None = None
    ) -> Sequence[DocumentStatus]:
        """At most `limit` documents behind a place; what is issued meanwhile moves none of those behind it."""
        value, type_ = _SORTED[search.sort]
        last, behind, order = ("-infinity", "<", "desc") if search.descending else ("infinity", ">", "asc")
        value = f"coalesce({value}, '{last}'::{type_})"
        asked = {field.name: getattr(search, field.name) for field in fields(search)}
        conditions = [sql for name, sql in _CONDITIONS.items() if asked[name] is not None]
        if after is not None:
            conditions.append(f"({value}, d.id) {behind} (cast(:place as {type_}), :place_id)")
            asked |= {"place": after[0], "place_id": after[1]}
        query = text(
            f"select d.*, {value}::text as place from ({_WITH_STATUS}) d where {' and '.join(conditions) or 'true'} "
            f"order by {value} {order}, d.id {order} limit :limit"
        )
        with self._engine.begin() as connection:
            rows = connection.execute(query, {**asked, "today": today, "limit": limit}).mappings()
            return [_status(row, today) for row in rows]

    def get(self, document_id: int, *, today: dt.date, connection: Connection | None = None) -> DocumentStatus:
        """One document, as the caller's transaction sees it if there is one. Raises NotFound."""
        query = text(f"select d.*, d.issue_date::text as place from ({_WITH_STATUS}) d where d.id = :id")
        with within(self._engine, connection) as unit:
            row = unit.execute(query, {"id": document_id}).mappings().one_or_none()
        if row is None:
            raise NotFound("issued document", str(document_id))
        return _status(row, today)

    def history(self, document_id: int) -> Sequence[DocumentSettlement]:
        """How a document stood after every sync that found it to stand differently, oldest first."""
        with self._engine.begin() as connection:
            rows = connection.execute(_HISTORY, {"id": document_id}).mappings()
            return [_settlement(row, str(row["currency"])) for row in rows]


def _status(row: RowMapping, today: dt.date) -> DocumentStatus:
    document = IssuedDocument(**{name: row[name] for name in IssuedDocument.__slots__})
    settlement = _settlement(row, row["open_currency"]) if row["state"] else None
    due = document.due_date
    late = (today - due).days if due is not None and settlement and (settlement.open_minor or 0) > 0 else 0
    return DocumentStatus(document, settlement, max(late, 0), (row["place"], document.id))


def _settlement(row: RowMapping, currency: str) -> DocumentSettlement:
    return DocumentSettlement(
        state=row["state"],
        open_minor=row["open_minor"],
        currency=currency,
        booked_key=row["booked_key"],
        booked_net_minor=row["booked_net_minor"],
        booked_gross_minor=row["booked_gross_minor"],
        mismatch=bool(row["mismatch"]),
        vanished=bool(row["vanished"]),
        synced_at=row["synced_at"],
    )
