"""A customer's items out of the books as documents need them: what was owed, what was paid when, what rests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, text

from adapters.database.facts.open_amount import open_amount
from adapters.database.facts.snapshot_rows import believed, minor
from documents.filling.account import Account, Credit, Item, Settled
from engine.errors import NotFound

_CUSTOMER: Final = f"""
select c.kind from customer c where c.source = :source and c.key = :customer and {believed("c")}
"""

_ITEMS: Final = f"""
select i.key, d.number, d.kind, i.claim, i.issue_date, i.due_date, i.currency,
       {minor("i.amount", "i.currency")} as amount,
       case when i.closed_on <= :as_of then i.closed_on end as closed_on
from open_item i
join document d on d.source = i.source and d.key = i.document_key and {believed("d")}
where i.source = :source and i.customer_key = :customer and {believed("i")} and i.direction = 'debit'
  and i.issue_date <= :as_of
order by i.due_date, i.key
"""

#: A payment counts from the day the money came; a credit note from the day on which both claims were due, because a
#: set-off reaches back to it (k.c. art. 499); what the books settled without saying by what, from the day they did.
_SETTLED: Final = f"""
select i.key, {minor("a.amount", "i.currency")} as amount,
       num_nonnulls(a.payment_key, a.credit_item_key) > 0 as known,
       least(a.allocated_on, p.paid_on, case when c.key is not null then greatest(c.due_date, i.due_date) end) as day
from open_item i
join allocation a on a.source = i.source and a.item_key = i.key and a.allocated_on <= :as_of and {believed("a")}
left join payment p on p.source = a.source and p.key = a.payment_key and {believed("p")}
left join open_item c on c.source = a.source and c.key = a.credit_item_key and {believed("c")}
where i.source = :source and i.customer_key = :customer and {believed("i")} and i.direction = 'debit'
  and i.issue_date <= :as_of
order by i.key, day, a.key
"""

_HOLDS: Final = f"""
select h.item_key, h.reason from hold h
where h.source = :source and h.customer_key = :customer and {believed("h")} and h.placed_on <= :as_of
  and (h.expires_on is null or h.expires_on >= :as_of)
"""

_CREDITS: Final = f"""
select document, issue_date, currency, open_minor from (
    select d.number as document, i.issue_date, i.currency, {minor("o.open", "i.currency")} as open_minor
    from open_item i
    join document d on d.source = i.source and d.key = i.document_key and {believed("d")}
    cross join lateral {open_amount("i", "credit")} o
    where i.source = :source and i.customer_key = :customer and {believed("i")} and i.direction = 'credit'
      and i.issue_date <= :as_of and (i.closed_on is null or i.closed_on > :as_of) and o.open > 0
    union all
    select p.key, p.paid_on, p.currency, {minor("o.open", "p.currency")}
    from payment p
    cross join lateral {open_amount("p", "payment")} o
    where p.source = :source and p.customer_key = :customer and {believed("p")} and p.paid_on <= :as_of
      and o.open > 0
) credits order by issue_date, document
"""


def account_of(connection: Connection, source: str, customer: str, as_of: date, known_at: datetime) -> Account:
    """A customer's account as of the end of a day, as known at a moment: five queries, however many items. Raises
    NotFound."""
    values = {"source": source, "customer": customer, "as_of": as_of, "known_at": known_at}
    kind = connection.scalar(text(_CUSTOMER), values)
    if kind is None:
        raise NotFound("customer", customer)
    rows = connection.execute(text(_ITEMS), values).all()
    settled = _settled(connection, values)
    holds = _holds(connection, values)
    credits_ = [Credit(**row) for row in connection.execute(text(_CREDITS), values).mappings()]
    items = tuple(_item(row, settled, holds) for row in rows)
    return Account(kind, items, tuple(credits_))


def _item(row: Row[Any], settled: Mapping[str, list[Settled]], holds: Mapping[str | None, set[str]]) -> Item:
    return Item(
        key=row.key,
        document=row.number,
        kind=row.kind,
        claim=row.claim,
        issue_date=row.issue_date,
        due_date=row.due_date,
        currency=row.currency,
        original_minor=row.amount,
        settled=tuple(settled[row.key]),
        closed_on=row.closed_on,
        holds=frozenset(holds[None] | holds[row.key]),
    )


def _settled(connection: Connection, values: Mapping[str, object]) -> Mapping[str, list[Settled]]:
    found: dict[str, list[Settled]] = defaultdict(list)
    for row in connection.execute(text(_SETTLED), values):
        found[row.key].append(Settled(row.day, row.amount, row.known))
    return found


def _holds(connection: Connection, values: Mapping[str, object]) -> Mapping[str | None, set[str]]:
    """Reasons by item; those of the customer under None."""
    found: dict[str | None, set[str]] = defaultdict(set)
    for item, reason in connection.execute(text(_HOLDS), values):
        found[item].add(reason)
    return found
