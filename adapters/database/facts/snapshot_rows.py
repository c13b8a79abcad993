"""The queries behind snapshots: one for each kind of fact and batch of customers, as of a day and as known at a moment.

Amounts leave SQL as integer minor units of their currency. Parameters are bound by name (`:name`), as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import Connection, make_url, text

from adapters.database.documents.ledger_match import ISSUED_SALES, SALES_KINDS, listed, unbooked
from adapters.database.facts.open_amount import open_amount
from adapters.database.facts.rows import (
    ActionRow,
    AmountRow,
    BatchRows,
    BounceRow,
    CustomerRow,
    DoubtRow,
    HoldRow,
    ItemRow,
    LetterRow,
    ServiceRow,
)
from adapters.database.tables.execution import PENDING_STATES
from adapters.database.transaction import driver_of
from engine.money import EXPONENTS

#: Writes bound parameters as the driver wants them.
_DIALECT: Final = make_url("postgresql+psycopg://").get_dialect()()
_ZERO = ", ".join(f"'{code}'" for code, digits in EXPONENTS.items() if digits == 0)
_THREE = ", ".join(f"'{code}'" for code, digits in EXPONENTS.items() if digits == 3)


def minor(amount: str, currency: str) -> str:
    """SQL for an amount in integer minor units of a currency column."""
    scale = f"case when {currency} in ({_ZERO}) then 1 when {currency} in ({_THREE}) then 1000 else 100 end"
    return f"round(({amount}) * {scale})::bigint"


def believed(alias: str) -> str:
    """SQL for 'this version was believed at :known_at'."""
    return f"{alias}.recorded_from <= :known_at and ({alias}.recorded_to is null or {alias}.recorded_to > :known_at)"


#: Kinds of documents that speak of a debt to the customer; an invoice or a confirmation does not urge it.
URGING: Final = ("interest_note", "compensation_note", "suspension_notice")

#: Which customers: all from one key to another, or by their keys.
_RANGE: Final = "between :first and :last"
_NAMED: Final = "= any(:keys)"


def _of(alias: str, keys: str) -> str:
    """SQL for 'of the customers asked for'."""
    return f"{alias}.source = :source and {alias}.customer_key {keys}"


def _customers(keys: str) -> str:
    """Customers as they were believed."""
    return f"""
select c.key, c.kind, c.segment, c.country, c.dunning_allowed, c.email, c.dunning_email, c.copies,
       c.ruleset,       {minor("c.credit_limit", "c.credit_currency")}, c.credit_currency, c.language, c.name
from customer c
where c.source = :source and c.key {keys} and {believed("c")}
order by c.key
"""


def _items(keys: str) -> str:
    """Debit items of which something was open on the day."""
    return f"""
select i.customer_key, i.key, i.direction, i.currency, {minor("o.open", "i.currency")},
       {minor("i.amount", "i.currency")}, i.issue_date, i.due_date, i.instalment, d.kind, d.number,
       i.claim
from open_item i
join document d on d.source = i.source and d.key = i.document_key and {believed("d")}
cross join lateral {open_amount("i", "debit")} o
where {_of("i", keys)} and {believed("i")} and i.direction = 'debit' and i.issue_date <= :as_of
  and (i.closed_on is null or i.closed_on > :as_of) and o.open > 0
order by i.customer_key, i.due_date, i.key
"""


def _credits(keys: str) -> str:
    """Money of the customer that settles nothing yet: open credit items and what is left of payments."""
    return f"""
select customer_key, currency, sum(open)::bigint from (
    select i.customer_key, i.currency, {minor("o.open", "i.currency")} as open
    from open_item i
    cross join lateral {open_amount("i", "credit")} o
    where {_of("i", keys)} and {believed("i")} and i.direction = 'credit' and i.issue_date <= :as_of
      and (i.closed_on is null or i.closed_on > :as_of) and o.open > 0
    union all
    select p.customer_key, p.currency, {minor("o.open", "p.currency")}
    from payment p
    cross join lateral {open_amount("p", "payment")} o
    where {_of("p", keys)} and {believed("p")} and p.paid_on <= :as_of and o.open > 0
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


def _turnover(keys: str) -> str:
    """Net sales of the last 12 months by currency."""
    return f"""
select s.customer_key, s.currency, sum(s.net)::bigint
from {SALES} s
where {_of("s", keys)}
  and s.issue_date <= :as_of and s.issue_date > (cast(:as_of as date) - interval '12 months')
group by s.customer_key, s.currency order by s.customer_key, s.currency
"""


def _holds(keys: str) -> str:
    """Holds placed until the day, those that have ended included."""
    return f"""
select h.customer_key, h.item_key, h.reason, h.expires_on
from hold h
where {_of("h", keys)} and {believed("h")} and h.placed_on <= :as_of
order by h.customer_key, h.key
"""


def _services(keys: str) -> str:
    """Services with the state they are to have."""
    return f"""
select s.customer_key, s.key, coalesce(t.desired, 'active'), s.sector
from service s
left join service_state t on t.source = s.source and t.customer_key = s.customer_key and t.service_key = s.key
where {_of("s", keys)} and {believed("s")}
order by s.customer_key, s.key
"""


def _actions(keys: str) -> str:
    """What was done to the customer until the day, and what is decided but not finished."""
    return f"""
select a.customer_key, a.kind, a.stage, a.state, a.done_on, d.rules, i.item_key, d.as_of, a.channel
from action a
join decision d on d.key = a.decision_key
left join action_item i on i.action_id = a.id
where {_of("a", keys)}
  and ((a.state = 'done' and a.done_on <= :as_of)
       or a.state in {PENDING_STATES})
order by a.customer_key, a.id
"""


def _letters(keys: str) -> str:
    """Documents that urge a customer to pay, by the day on which they were issued: letters, whoever carries them."""
    return f"""
select l.customer_key, l.issue_date
from issued_document l
where {_of("l", keys)} and l.issue_date <= :as_of and l.issued_at <= :known_at
  and l.kind in ({", ".join(f"'{kind}'" for kind in URGING)})
order by l.customer_key, l.issue_date
"""


def _bounces(keys: str) -> str:
    """Addresses that had been refused for good."""
    return f"""
select b.customer_key, lower(b.address) from bounce b
where {_of("b", keys)} and {believed("b")}
order by b.customer_key
"""


def _doubts(keys: str) -> str:
    """Customers whose books were in doubt, and null when those of all were; with the money that counts for nothing."""
    return f"""
select d.customer_key, d.currency,
       (sum({minor("d.amount", "d.currency")}) filter (where d.day <= :as_of))::bigint
from doubt d
where d.source = :source and (d.customer_key {keys} or d.customer_key is null) and {believed("d")}
group by d.customer_key, d.currency order by d.customer_key, d.currency
"""


class _Query(NamedTuple):
    """A query as the driver takes it, and what its rows are."""

    sql: bytes
    row: type[NamedTuple]

    @classmethod
    def of(cls, sql: str, row: type[NamedTuple]) -> _Query:
        return cls(str(text(sql).compile(dialect=_DIALECT)).encode(), row)

    def execute(self, driver: psycopg.Connection[Any], values: Mapping[str, Any]) -> psycopg.Cursor[Any]:
        return driver.cursor(row_factory=lambda _: self.row._make).execute(self.sql, values)


#: In the order of BatchRows: a query for some customers, and what its rows are.
_QUERIES: Final[tuple[tuple[Callable[[str], str], type[NamedTuple]], ...]] = (
    (_customers, CustomerRow),
    (_items, ItemRow),
    (_credits, AmountRow),
    (_turnover, AmountRow),
    (_holds, HoldRow),
    (_services, ServiceRow),
    (_actions, ActionRow),
    (_letters, LetterRow),
    (_bounces, BounceRow),
    (_doubts, DoubtRow),
)
_BY_RANGE: Final = tuple(_Query.of(query(_RANGE), row) for query, row in _QUERIES)
_BY_NAME: Final = tuple(_Query.of(query(_NAMED), row) for query, row in _QUERIES)
#: Everything that is read of a customer.
QUERIES: Final = tuple(query(_RANGE) for query, _ in _QUERIES)


def read_rows(connection: Connection, source: str, first: str, last: str, as_of: date, known_at: datetime) -> BatchRows:
    """All rows of a batch of customers, keys `first` to `last` both included, in one exchange with the database."""
    values = {"source": source, "first": first, "last": last, "as_of": as_of, "known_at": known_at}
    return _read(connection, _BY_RANGE, values)


def read_named(connection: Connection, source: str, keys: Sequence[str], as_of: date, known_at: datetime) -> BatchRows:
    """The same for customers by their keys."""
    return _read(connection, _BY_NAME, {"source": source, "keys": list(keys), "as_of": as_of, "known_at": known_at})


def _read(connection: Connection, queries: Sequence[_Query], values: Mapping[str, Any]) -> BatchRows:
    driver = driver_of(connection)
    with driver.pipeline():
        cursors = [query.execute(driver, values) for query in queries]
        return BatchRows(*(cursor.fetchall() for cursor in cursors))


def read_customer(
    connection: Connection, source: str, customer: str, as_of: date, known_at: datetime
) -> CustomerRow | None:
    """One customer alone; None when there is no such customer."""
    values = {"source": source, "first": customer, "last": customer, "as_of": as_of, "known_at": known_at}
    row: CustomerRow | None = _BY_RANGE[0].execute(driver_of(connection), values).fetchone()
    return row
