"""The queries behind snapshots: one for each kind of fact and batch of customers, as of a day and as known at a moment.

Each returns rows with named columns. Amounts leave SQL as integer minor units of their currency.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg.rows import namedtuple_row
from sqlalchemy import Connection

from adapters.database.documents.ledger_match import ISSUED_SALES, SALES_KINDS, listed, unbooked
from adapters.database.facts.open_amount import open_amount
from adapters.database.tables.execution import PENDING_STATES
from adapters.database.transaction import driver_of
from engine.money import EXPONENTS

_ZERO = ", ".join(f"'{code}'" for code, digits in EXPONENTS.items() if digits == 0)
_THREE = ", ".join(f"'{code}'" for code, digits in EXPONENTS.items() if digits == 3)


def minor(amount: str, currency: str) -> str:
    """SQL for an amount in integer minor units of a currency column."""
    scale = f"case when {currency} in ({_ZERO}) then 1 when {currency} in ({_THREE}) then 1000 else 100 end"
    return f"round(({amount}) * {scale})::bigint"


def believed(alias: str) -> str:
    """SQL for 'this version was believed at :known_at'."""
    return f"{alias}.recorded_from <= :known_at and ({alias}.recorded_to is null or {alias}.recorded_to > :known_at)"


#: Kinds of documents that speak of a debt to the customer; an invoice or a confirmation does not urge him.
URGING: Final = ("interest_note", "compensation_note", "suspension_notice")

_KEYS = "between :first and :last"
_RANGE = f"{{0}}.source = :source and {{0}}.customer_key {_KEYS}"

CUSTOMERS: Final = f"""
select c.key, c.kind, c.segment, c.country, c.dunning_allowed, c.email is not null as has_email, c.ruleset,
       {minor("c.credit_limit", "c.credit_currency")} as limit_minor, c.credit_currency, c.language, c.name
from customer c
where c.source = :source and c.key {_KEYS} and {believed("c")}
order by c.key
"""

ITEMS: Final = f"""
select i.customer_key, i.key, i.direction, i.currency, {minor("o.open", "i.currency")} as open_minor,
       {minor("i.amount", "i.currency")} as original_minor, i.issue_date, i.due_date, i.instalment,
       d.kind as document_kind, d.number as document, i.claim
from open_item i
join document d on d.source = i.source and d.key = i.document_key and {believed("d")}
cross join lateral {open_amount("i", "debit")} o
where {_RANGE.format("i")} and {believed("i")} and i.direction = 'debit' and i.issue_date <= :as_of
  and (i.closed_on is null or i.closed_on > :as_of) and o.open > 0
order by i.customer_key, i.due_date, i.key
"""

#: Money of the customer that settles nothing yet: open credit items and what is left of payments.
CREDITS: Final = f"""
select customer_key, currency, sum(open_minor)::bigint as open_minor from (
    select i.customer_key, i.currency, {minor("o.open", "i.currency")} as open_minor
    from open_item i
    cross join lateral {open_amount("i", "credit")} o
    where {_RANGE.format("i")} and {believed("i")} and i.direction = 'credit' and i.issue_date <= :as_of
      and (i.closed_on is null or i.closed_on > :as_of) and o.open > 0
    union all
    select p.customer_key, p.currency, {minor("o.open", "p.currency")}
    from payment p
    cross join lateral {open_amount("p", "payment")} o
    where {_RANGE.format("p")} and {believed("p")} and p.paid_on <= :as_of and o.open > 0
) credits group by customer_key, currency order by customer_key, currency
"""

#: Sales, minor units: what the books have, and what we issued and the books do not know yet.
SALES: Final = f"""(
    select d.source, d.customer_key, d.currency, d.issue_date, {minor("coalesce(d.net, d.gross)", "d.currency")} as net,
           {minor("d.gross", "d.currency")} as gross, {minor("d.cost", "d.currency")} as cost
    from document d where {believed("d")} and d.kind in ({listed(SALES_KINDS)})
    union all
    select i.source, i.customer_key, i.currency, i.issue_date, i.net_minor, i.gross_minor, null
    from issued_document i where {unbooked("i", believed("d"))} and i.kind in ({listed(ISSUED_SALES)})
)"""

TURNOVER: Final = f"""
select s.customer_key, s.currency, sum(s.net)::bigint as net_minor
from {SALES} s
where {_RANGE.format("s")}
  and s.issue_date <= :as_of and s.issue_date > (cast(:as_of as date) - interval '12 months')
group by s.customer_key, s.currency order by s.customer_key, s.currency
"""

HOLDS: Final = f"""
select h.customer_key, h.item_key, h.reason, h.expires_on
from hold h
where {_RANGE.format("h")} and {believed("h")} and h.placed_on <= :as_of
order by h.customer_key, h.key
"""

SERVICES: Final = f"""
select s.customer_key, s.key, coalesce(t.desired, 'active') as desired, s.sector
from service s
left join service_state t on t.source = s.source and t.customer_key = s.customer_key and t.service_key = s.key
where {_RANGE.format("s")} and {believed("s")}
order by s.customer_key, s.key
"""

#: What was done to the customer until the day, and what is decided but not finished.
ACTIONS: Final = f"""
select a.customer_key, a.kind, a.stage, a.state, a.done_on, d.rules, i.item_key, d.as_of as decided_on, a.channel
from action a
join decision d on d.key = a.decision_key
left join action_item i on i.action_id = a.id
where {_RANGE.format("a")}
  and ((a.state = 'done' and a.done_on <= :as_of)
       or a.state in {PENDING_STATES})
order by a.customer_key, a.id
"""

#: Documents that urge a customer to pay, by the day on which they were issued: letters, whoever carries them.
LETTERS: Final = f"""
select l.customer_key, l.issue_date
from issued_document l
where {_RANGE.format("l")} and l.issue_date <= :as_of and l.issued_at <= :known_at
  and l.kind in ({", ".join(f"'{kind}'" for kind in URGING)})
order by l.customer_key, l.issue_date
"""


@dataclass(frozen=True, slots=True)
class BatchRows:
    """What the queries returned for the customers asked for, each ordered by customer key."""

    customers: Sequence[Any]
    items: Sequence[Any]
    credits: Sequence[Any]
    turnover: Sequence[Any]
    holds: Sequence[Any]
    services: Sequence[Any]
    actions: Sequence[Any]
    letters: Sequence[Any]


#: In the order of BatchRows.
QUERIES: Final = (CUSTOMERS, ITEMS, CREDITS, TURNOVER, HOLDS, SERVICES, ACTIONS, LETTERS)


def _driven(query: str) -> bytes:
    """As the driver wants it."""
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", query).encode()


_QUERIES: Final = tuple(_driven(query) for query in QUERIES)
#: The same for customers by name.
_NAMED: Final = tuple(_driven(query.replace(_KEYS, "= any(:keys)")) for query in QUERIES)


def read_rows(connection: Connection, source: str, first: str, last: str, as_of: date, known_at: datetime) -> BatchRows:
    """All rows of a batch of customers, keys `first` to `last` both included, in one exchange with the database."""
    values = {"source": source, "first": first, "last": last, "as_of": as_of, "known_at": known_at}
    return _read(connection, _QUERIES, values)


def read_named(connection: Connection, source: str, keys: Sequence[str], as_of: date, known_at: datetime) -> BatchRows:
    """The same for customers by their keys."""
    return _read(connection, _NAMED, {"source": source, "keys": list(keys), "as_of": as_of, "known_at": known_at})


def _read(connection: Connection, queries: Sequence[bytes], values: Mapping[str, Any]) -> BatchRows:
    driver = driver_of(connection)
    with driver.pipeline():
        cursors = [driver.cursor(row_factory=namedtuple_row).execute(query, values) for query in queries]
        return BatchRows(*(cursor.fetchall() for cursor in cursors))


def read_customer(connection: Connection, source: str, customer: str, as_of: date, known_at: datetime) -> Any | None:
    """The CUSTOMERS row of one customer alone; None when there is no such customer."""
    values = {"source": source, "first": customer, "last": customer, "as_of": as_of, "known_at": known_at}
    return driver_of(connection).cursor(row_factory=namedtuple_row).execute(_QUERIES[0], values).fetchone()
