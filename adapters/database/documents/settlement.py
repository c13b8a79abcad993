"""How issued documents stand in the books: every sync notes what changed, in its own transaction, for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Row, text

from adapters.database.bulk import copy_rows
from adapters.database.documents.ledger_match import BOOKED_AS, booked_kind, listed, same_document
from adapters.database.facts.open_amount import open_amount
from adapters.database.facts.snapshot_rows import minor
from adapters.database.tables import document_settlement
from archive.entries.entry import NewEntry

#: adapters.database.archive.store.Archive.append
Append: TypeAlias = Callable[[Connection, Sequence[NewEntry]], list[int]]
#: What a document that the books do not know is said to be.
UNBILLED: Final = "unbilled"
_COMPARED: Final = (
    "state",
    "open_minor",
    "booked_key",
    "currency",
    "booked_net_minor",
    "booked_gross_minor",
    "mismatch",
    "vanished",
)

#: Issued claims of a source with their document in the books, if it is there; the books' current versions.
_BOOKED: Final = f"""
select distinct on (i.id) i.id, i.customer_key, i.number, i.currency as issued_currency, i.net_minor, i.gross_minor,
       d.key, d.currency, {minor("d.net", "d.currency")} as net, {minor("d.gross", "d.currency")} as gross
from issued_document i
left join document d on d.recorded_to is null and {same_document("i", "d")}
where i.source = :source and i.kind in ({listed(tuple(BOOKED_AS))})
order by i.id, d.kind = {booked_kind("i")} desc, d.key
"""

#: What is left of every item of those documents; credits are negative.
_ITEMS: Final = f"""
select i.document_key, i.currency, i.closed_on <= :today as closed,
       case i.direction when 'debit' then 1 else -1 end * {minor("i.amount - o.settled", "i.currency")} as rest
from open_item i
join (select distinct key from booked where key is not null) b on b.key = i.document_key
cross join lateral {open_amount("i", as_of=":today", known_at="'infinity'")} o
where i.source = :source and i.recorded_to is null
"""

_CHANGES: Final = f"""
with booked as materialized ({_BOOKED}), items as ({_ITEMS}),
rests as (
    select b.id, coalesce(sum(t.rest) filter (where t.closed is not true and t.currency = b.currency), 0) as open_minor,
           coalesce(bool_or(t.closed and t.rest <> 0), false) as vanished,
           coalesce(bool_or(t.currency <> b.currency), false) as foreign_item
    from booked b left join items t on t.document_key = b.key where b.key is not null group by b.id
),
last as (
    select distinct on (s.document_id) s.* from document_settlement s join booked b on b.id = s.document_id
    order by s.document_id, s.id desc
),
found as (
    select b.id as document_id, b.customer_key, b.number,
           case when b.key is null then '{UNBILLED}' when r.open_minor = 0 then 'paid'
                when r.open_minor = b.gross then 'unpaid' else 'partly' end as state,
           r.open_minor::bigint as open_minor, b.key as booked_key, b.currency, b.net as booked_net_minor,
           b.gross as booked_gross_minor,
           b.key is not null and (r.foreign_item or b.currency <> b.issued_currency or b.gross <> b.gross_minor
                                  or coalesce(b.net, b.net_minor) <> b.net_minor) as mismatch,
           b.key is not null and r.vanished and not coalesce(l.state = 'paid' and not l.vanished, false) as vanished
    from booked b left join rests r on r.id = b.id left join last l on l.document_id = b.id
)
select f.* from found f left join last l on l.document_id = f.document_id
where ({", ".join(f"f.{name}" for name in _COMPARED)}) is distinct from
      ({", ".join(f"l.{name}" for name in _COMPARED)})
  and not (l.id is null and f.state = '{UNBILLED}')
order by f.document_id
"""


def refresh_settlement(connection: Connection, source: str, now: datetime, append: Append) -> int:
    """Compare every claim we issued with the source's books as they are now; how many stand differently than before.

    Each change is a new row of document_settlement and an archive entry 'document:settled', written by `append` in
    the same transaction. A second call finds nothing.
    """
    changes = connection.execute(text(_CHANGES), {"source": source, "today": now.date()}).all()
    entries = append(connection, [_entry(source, change, now) for change in changes])
    rows = [
        {
            "document_id": change.document_id,
            **{name: getattr(change, name) for name in _COMPARED},
            "synced_at": now,
            "entry_id": entry,
        }
        for change, entry in zip(changes, entries, strict=True)
    ]
    copy_rows(connection, document_settlement, rows)
    return len(rows)


def _entry(source: str, change: Row[Any], now: datetime) -> NewEntry:
    hidden = ("number", "open_minor", "booked_key", "currency", "booked_net_minor", "booked_gross_minor")
    return NewEntry(
        kind="document:settled",
        case=f"document:{change.document_id}",
        at=now,
        actor="monitum",
        role="connector",
        subject=f"{source}:{change.customer_key}",
        public={name: getattr(change, name) for name in ("state", "mismatch", "vanished")},
        personal={name: getattr(change, name) for name in hidden},
    )
