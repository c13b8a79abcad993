"""What is in doubt about the books, as it is known now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, or_, select, text

from adapters.database.tables import doubt
from engine.facts.doubts import Doubt

_COUNTS: Final = text("""
select s.key as source, (select count(*) from quarantine q where q.source = s.key) as rows,
       case when exists (select from doubt d
                         where d.source = s.key and d.recorded_to is null and d.customer_key is null)
            then (select count(*) from customer c where c.source = s.key and c.recorded_to is null)
            else (select count(distinct d.customer_key) from doubt d
                  where d.source = s.key and d.recorded_to is null) end as customers,
       (select count(*) from finding f where f.source = s.key) as findings
from source s order by s.key
""")


def current_doubts(
    connection: Connection, sources: Sequence[str] | None = None, customer: str | None = None
) -> list[Doubt]:
    """The doubts of these sources or of all; with a customer, those that hold it back. By source, customer, file."""
    columns = doubt.c
    query = select(
        columns.source,
        columns.customer_key.label("customer"),
        columns.code,
        columns.tab.label("table"),
        columns.key,
        columns.file,
        columns.line,
        columns.column,
        columns.value,
        columns.reason,
        columns.recorded_from.label("since"),
    ).where(columns.recorded_to.is_(None))
    if sources is not None:
        query = query.where(columns.source.in_(sources))
    if customer is not None:
        query = query.where(or_(columns.customer_key == customer, columns.customer_key.is_(None)))
    query = query.order_by(
        columns.source, columns.customer_key.nulls_first(), columns.file, columns.line, columns.column, doubt.c.id
    )
    return [Doubt(**row) for row in connection.execute(query).mappings()]


def doubt_counts(connection: Connection) -> list[Mapping[str, object]]:
    """By source: rows in quarantine, customers whose books are in doubt, and findings to be mended."""
    return [dict(row) for row in connection.execute(_COUNTS).mappings()]
