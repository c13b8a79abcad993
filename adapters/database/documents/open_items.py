"""A customer's items out of the books as documents need them: what was owed, what was paid when, what rests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.facts.snapshot_rows import believed, minor
from documents.filling.account import Account, Credit, Item, Settled
from engine.errors import NotFound

_CUSTOMER: Final = f"""
select c.kind from customer c where c.source = :source and c.key = :customer and {believed("c")}
"""

_ITEMS: Final = f"""
select i.key, d.number, d.kind, i.claim, i.issue_date, i.due_date, i.currency, {minor("i.amount", "i.currency")},
       case when i.closed_on <= :as_of then i.closed_on end
from open_item i
join document d on d.source = i.source and d.key = i.document_key and {believed("d")}
where i.source = :source and i.customer_key = :customer and {believed("i")} and i.direction = 'debit'
  and i.issue_date <= :as_of
order by i.due_date, i.key
"""

#: A payment counts from the day the money came; a credit note from the day on which both claims were due, because a
#: set-off reaches back to it (k.c. art. 499); what the books settled without saying by what, from the day they did.
_SETTLED: Final = f"""
select i.key, least(a.allocated_on, p.paid_on, case when c.key is not null then greatest(c.due_date, i.due_date) end),
       {minor("a.amount", "i.currency")}
from open_item i
join allocation a on a.source = i.source and a.item_key = i.key and a.allocated_on <= :as_of and {believed("a")}
left join payment p on p.source = a.source and p.key = a.payment_key and {believed("p")}
left join open_item c on c.source = a.source and c.key = a.credit_item_key and {believed("c")}
where i.source = :source and i.customer_key = :customer and {believed("i")} and i.direction = 'debit'
  and i.issue_date <= :as_of
order by 1, 2, a.key
"""

_HOLDS: Final = f"""
select h.item_key, h.reason from hold h
where h.source = :source and h.customer_key = :customer and {believed("h")} and h.placed_on <= :as_of
  and (h.expires_on is null or h.expires_on >= :as_of)
"""

_CREDITS: Final = f"""
select document, day, currency, open from (
    select d.number as document, i.issue_date as day, i.currency, {minor("i.amount - u.used", "i.currency")} as open
    from open_item i
    join document d on d.source = i.source and d.key = i.document_key and {believed("d")}
    cross join lateral (
        select coalesce(sum(a.amount), 0) as used from allocation a
        where a.source = i.source and a.credit_item_key = i.key and a.allocated_on <= :as_of and {believed("a")}
    ) u
    where i.source = :source and i.customer_key = :customer and {believed("i")} and i.direction = 'credit'
      and i.issue_date <= :as_of and (i.closed_on is null or i.closed_on > :as_of) and i.amount > u.used
    union all
    select p.key, p.paid_on, p.currency, {minor("p.amount - u.used", "p.currency")}
    from payment p
    cross join lateral (
        select coalesce(sum(a.amount), 0) as used from allocation a
        where a.source = p.source and a.payment_key = p.key and a.allocated_on <= :as_of and {believed("a")}
    ) u
    where p.source = :source and p.customer_key = :customer and {believed("p")} and p.paid_on <= :as_of
      and p.amount > u.used
) credits order by day, document
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
    credits_ = [Credit(*row) for row in connection.execute(text(_CREDITS), values)]
    items = tuple(_item(row, settled, holds) for row in rows)
    return Account(kind, items, tuple(credits_))


def _item(row: Sequence[Any], settled: Mapping[str, list[Settled]], holds: Mapping[str | None, set[str]]) -> Item:
    key, number, kind, claim, issued, due, currency, amount, closed = row
    return Item(
        key=key, document=number, kind=kind, claim=claim, issue_date=issued, due_date=due, currency=currency,
        original_minor=amount, settled=tuple(settled[key]), closed_on=closed, holds=frozenset(holds[None] | holds[key]),
    )  # fmt: skip


def _settled(connection: Connection, values: Mapping[str, object]) -> Mapping[str, list[Settled]]:
    found: dict[str, list[Settled]] = defaultdict(list)
    for key, day, amount in connection.execute(text(_SETTLED), values):
        found[key].append(Settled(day, amount))
    return found


def _holds(connection: Connection, values: Mapping[str, object]) -> Mapping[str | None, set[str]]:
    """Reasons by item; those of the customer under None."""
    found: dict[str | None, set[str]] = defaultdict(set)
    for item, reason in connection.execute(text(_HOLDS), values):
        found[item].add(reason)
    return found
