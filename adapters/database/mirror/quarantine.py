"""Rows of a source that were not imported, until they are fixed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, select, text

from adapters.database.tables import quarantine
from engine.execution.reports import Quarantined

#: A row is the same by its key; one whose key cannot be read, by what it says.
_FIXED: Final = """
create temp table stage_fixed on commit drop as
with gone as (
    delete from quarantine q where q.source = :source and not exists (
        select from stage_reject r where r.file = q.file and r.line = q.line and r.col = q."column"
        and r.reason = q.reason and r.value = q.value
    ) returning q.file, q.tab, q.key, q."column", q.value, q.first_seen
) select file, tab, coalesce(key, value) as row, "column", min(first_seen) as first_seen from gone group by 1, 2, 3, 4
"""

# Of a line that would have delivered several facts the one is shown that the others lead to.
_ADD: Final = """
insert into quarantine (source, file, line, "column", value, reason, tab, key, customer_key, first_seen)
select distinct on (r.file, r.line, r.col, r.reason) :source, r.file, r.line, r.col, r.value, r.reason, r.tab, r.key,
       c.customer_key, coalesce(f.first_seen, :now)
from stage_reject r
left join stage_line_customer c on c.file = r.file and c.line = r.line
left join stage_fixed f on f.file = r.file and f.tab = r.tab and f.row = coalesce(r.key, r.value)
    and f."column" = r.col
where r.reason is not null
order by r.file, r.line, r.col, r.reason,
    array_position(array['allocation', 'payment', 'open_item', 'hold', 'service', 'document', 'customer'], r.tab),
    r.key, c.customer_key
on conflict (source, file, line, "column", reason) do update
set tab = excluded.tab, key = excluded.key, customer_key = excluded.customer_key
"""


def refresh(connection: Connection, source: str, now: datetime) -> int:
    """Make the quarantine of a source what stage_reject says; returns how many problems it holds."""
    connection.execute(text(_FIXED), {"source": source})
    connection.execute(text(_ADD), {"source": source, "now": now})
    return connection.scalar(text("select count(*) from quarantine where source = :source"), {"source": source}) or 0


def quarantined(engine: Engine, sources: Sequence[str] | None = None) -> Sequence[Quarantined]:
    """The problems of these sources or of all, by file and line."""
    columns = quarantine.c
    query = select(
        columns.source, columns.file, columns.line, columns.column, columns.value, columns.reason, columns.first_seen,
        columns.tab.label("table"), columns.key, columns.customer_key.label("customer"),
    ).order_by(columns.source, columns.file, columns.line, columns.column, columns.reason)  # fmt: skip
    if sources is not None:
        query = query.where(columns.source.in_(sources))
    with engine.connect() as connection:
        return [Quarantined(**row) for row in connection.execute(query).mappings()]
