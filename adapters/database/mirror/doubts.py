"""Whose books are in doubt, and why: rows that were refused, and sums that do not add up, by customer.

A doubt without a customer is about every customer of the source: nobody can say whose money the row was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, text

#: A row of the source was refused.
ROW_REFUSED: Final = "row_refused"

# An allocation has no customer of its own: a version of it that is known says what it is of.
_OF_KNOWN_ALLOCATIONS: Final = """
insert into stage_named
select n.file, n.line, v.tab, v.key, false, false, null from stage_named n
join allocation a on a.source = :source and a.key = n.key and a.recorded_to is null
cross join lateral (values ('open_item', a.item_key), ('open_item', a.credit_item_key), ('payment', a.payment_key))
    v (tab, key)
where n.tab = 'allocation' and n.own and v.key is not null
"""
_WITH_CUSTOMER: Final = ("document", "open_item", "payment", "hold", "service")
#: Customers of what refused lines name: by this reading, and by what was known before.
_OWNERS: Final = "create temp table stage_owner on commit drop as " + " union ".join(
    f"select n.tab, n.key, t.customer_key from stage_named n join {rows} where n.tab = '{table}'"
    for table in _WITH_CUSTOMER
    for rows in (
        f"stage_{table} t on t.key = n.key",
        f"{table} t on t.source = :source and t.key = n.key and t.recorded_to is null",
    )
)
#: Customers by name: whom the books know, or would know if their own row were right.
_CUSTOMERS: Final = """
create temp table stage_line_customer on commit drop as
select distinct n.file, n.line, n.key as customer_key from stage_named n
where n.tab = 'customer' and (exists (select from stage_customer s where s.key = n.key)
    or exists (select from customer c where c.source = :source and c.key = n.key and c.recorded_to is null)
    or exists (select from stage_named o where o.tab = 'customer' and o.key = n.key and o.own))
union
select n.file, n.line, o.customer_key from stage_named n join stage_owner o on o.tab = n.tab and o.key = n.key
"""
#: A line that names nobody, but something that another refused line delivers: the customers of that line.
_BY_OTHER_LINES: Final = """
insert into stage_line_customer
select distinct n.file, n.line, c.customer_key from stage_named n
join stage_named m on m.tab = n.tab and m.key = n.key and m.own and (m.file, m.line) <> (n.file, n.line)
join stage_line_customer c on c.file = m.file and c.line = m.line
where n.tab <> 'customer' and not exists (
    select from stage_line_customer c where c.file = n.file and c.line = n.line)
"""
#: A customer whom the books do not know, in a line that could only have made a debt: nobody else owes less by it.
_OF_STRANGERS: Final = """
insert into stage_line_customer
select distinct n.file, n.line, n.key from stage_named n
where n.tab = 'customer' and not exists (
    select from stage_line_customer c where c.file = n.file and c.line = n.line)
and not exists (
    select from stage_reject r where r.file = n.file and r.line = n.line
    and r.tab not in ('customer', 'document', 'service')
    and not (r.tab = 'open_item' and exists (select from stage_named d
        where d.file = r.file and d.line = r.line and d.tab = 'open_item' and d.debit)))
"""
#: From an item to its payment's line to its customer's: no line needs more steps than there are references.
_STEPS: Final = 2

_REFUSED: Final = f"""
insert into stage_doubt
select c.customer_key, '{ROW_REFUSED}', r.tab, r.key, r.file, r.line, r.col, r.value, r.reason
from stage_reject r left join stage_line_customer c on c.file = r.file and c.line = r.line
where r.reason is not null
"""
_TOLD: Final = "customer_key, s.code, s.tab, s.key, s.file, s.col, s.value, s.reason, s.day, s.currency, s.amount"
_DIGEST: Final = f"md5(row(s.{_TOLD})::text)"
_MENDED: Final = """
update doubt d set recorded_to = :now where d.source = :source and d.recorded_to is null
and not exists (select from stage_doubted s where s.digest = d.digest)
"""
_MOVED: Final = """
update doubt d set line = s.line from stage_doubted s
where d.source = :source and d.recorded_to is null and s.digest = d.digest and d.line is distinct from s.line
"""
_NEW: Final = """
insert into doubt (source, customer_key, code, tab, key, file, line, "column", value, reason, day, currency, amount,
    digest, recorded_from)
select :source, s.customer_key, s.code, s.tab, s.key, s.file, s.line, s.col, s.value, s.reason, s.day, s.currency,
       s.amount, s.digest, :now
from stage_doubted s where not exists (
    select from doubt d where d.source = :source and d.recorded_to is null and d.digest = s.digest)
"""


def attribute(connection: Connection, source: str) -> None:
    """Find the customers of all rejected lines; what is left without one is in doubt for the whole source."""
    if not connection.scalar(text("select exists (select from stage_reject)")):
        connection.execute(
            text("create temp table stage_line_customer (file text, line int, customer_key text) on commit drop")
        )
        return
    values = {"source": source}
    connection.execute(text(_OF_KNOWN_ALLOCATIONS), values)
    connection.execute(text("analyze stage_named"))
    connection.execute(text(_OWNERS), values)
    connection.execute(text("analyze stage_owner"))
    connection.execute(text(_CUSTOMERS), values)
    connection.execute(text("create index on stage_line_customer (file, line)"))
    for _ in range(_STEPS):
        connection.execute(text("analyze stage_line_customer"))
        connection.execute(text(_BY_OTHER_LINES))
    connection.execute(text(_OF_STRANGERS))
    connection.execute(text(_REFUSED))


def raise_doubts(connection: Connection, code: str, found: str, values: Mapping[str, Any] | None = None) -> int:
    """Put customers in doubt until a later sync no longer finds the reason; how many reasons there are.

    `found`: SQL that selects (customer_key, tab, key, value, reason). A customer_key of null means the whole source;
    tab and key name the fact it is about, value what the books say, reason a sentence for people. Call it
    between `attribute` and `refresh_doubts`; the staging tables and the facts may be read.
    """
    insert = (
        "insert into stage_doubt (customer_key, code, tab, key, col, value, reason, file) "
        f"select f.customer_key, '{code}', f.tab, f.key, '', f.value, f.reason, '' "
        f"from ({found}) f (customer_key, tab, key, value, reason)"
    )
    return connection.execute(text(insert), dict(values or {})).rowcount


def refresh_doubts(connection: Connection, source: str, now: datetime) -> None:
    """Make the doubts of a source what stage_doubt says; versions end and begin at `now`."""
    connection.execute(
        text(
            "create temp table stage_doubted on commit drop as "
            f"select distinct on (digest) s.*, {_DIGEST} as digest from stage_doubt s order by digest, s.line"
        )
    )
    connection.execute(text("create index on stage_doubted (digest)"))
    values = {"source": source, "now": now}
    for statement in (_MENDED, _MOVED, _NEW):
        connection.execute(text(statement), values)


def in_doubt(connection: Connection, source: str) -> tuple[int, bool]:
    """How many customers of a source are in doubt, and whether they are all."""
    row = connection.execute(
        text(
            "select count(distinct customer_key) as some, bool_or(customer_key is null) as everyone, (select count(*) "
            "from customer c where c.source = :source and c.recorded_to is null) as all_of_them "
            "from doubt where source = :source and recorded_to is null"
        ),
        {"source": source},
    ).one()
    return (row.all_of_them, True) if row.everyone else (row.some, False)
