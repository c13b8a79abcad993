"""What is wrong in the books and harms no decision: it is listed until somebody mends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, text

from adapters.database.tables import finding
from engine.facts.findings import Finding

# A customer's rejected row says nothing new; what its last good version had wrong stays.
_GONE: Final = text("""
delete from finding f where f.source = :source
and not exists (select from stage_kept k where k.tab = 'customer' and k.key = f.customer_key)
and not exists (select from stage_finding s where s.customer_key = f.customer_key and s.code = f.code
    and s.col = f."column" and s.value = f.value and s.reason = f.reason
    and exists (select from stage_customer c where c.key = s.customer_key))
""")
_FOUND: Final = text("""
insert into finding (source, customer_key, code, file, line, "column", value, reason, first_seen)
select distinct on (s.customer_key, s.code, s.col, s.value, s.reason)
    :source, s.customer_key, s.code, s.file, s.line, s.col, s.value, s.reason, :now
from stage_finding s where exists (select from stage_customer c where c.key = s.customer_key)
order by s.customer_key, s.code, s.col, s.value, s.reason, s.file, s.line
on conflict (source, customer_key, code, "column", value, reason) do update
set file = excluded.file, line = excluded.line
""")


def refresh_findings(connection: Connection, source: str, now: datetime) -> None:
    """Make the findings of a source what its reading shows; those found before keep the moment they were first seen."""
    values = {"source": source, "now": now}
    connection.execute(_GONE, values)
    connection.execute(_FOUND, values)


def finding_count(connection: Connection, source: str) -> int:
    """How many findings a source has."""
    return connection.scalar(text("select count(*) from finding where source = :source"), {"source": source}) or 0


def current_findings(
    connection: Connection, sources: Sequence[str] | None = None, customer: str | None = None
) -> list[Finding]:
    """The findings of these sources or of all, or of one customer; by source, file and line."""
    columns = finding.c
    query = select(
        columns.source,
        columns.customer_key.label("customer"),
        columns.code,
        columns.file,
        columns.line,
        columns.column,
        columns.value,
        columns.reason,
        columns.first_seen.label("since"),
    ).order_by(columns.source, columns.file, columns.line, columns.column, columns.value)
    if sources is not None:
        query = query.where(columns.source.in_(sources))
    if customer is not None:
        query = query.where(columns.customer_key == customer)
    return [Finding(**row) for row in connection.execute(query).mappings()]
