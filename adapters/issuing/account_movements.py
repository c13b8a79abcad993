"""What moved a customer's balance, out of the books: documents, money, and what was settled or closed without either.

Every item and payment is worth what the finances say it is on every day, so movements add up to their balance. A
settlement that takes as much from a claim as from a payment on the same day moves nothing and is not shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Engine, text

from adapters.database.documents.ledger_match import BOOKED_AS, booked_kind, listed, owed, unbooked
from adapters.database.facts.snapshot_rows import believed, minor
from adapters.database.transaction import transaction
from documents.kinds.account_statement.model import MOVEMENT_KINDS


@dataclass(frozen=True, slots=True)
class Holding:
    """An item or a payment: minor units of `currency`, negative where it is the customer's. `due`: of a claim;
    `closed_on`: since when the books have it no more."""

    key: str
    kind: str
    document: str
    currency: str
    minor: int
    day: date
    due: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Use:
    """A settlement as one of the two that it joins sees it; minor units of that one's currency, not negative."""

    holding: str
    allocation: str
    day: date
    minor: int


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of the balance in minor units, positive when the customer owes more."""

    day: date
    kind: str
    document: str
    currency: str
    minor: int


_HOLDINGS: Final = f"""
select 'item:' || i.key, d.kind, d.number, i.currency,
       {minor("i.amount", "i.currency")} * case i.direction when 'debit' then 1 else -1 end,
       i.issue_date, i.due_date, i.closed_on
from open_item i
join document d on d.source = i.source and d.key = i.document_key and {believed("d")}
where i.source = :source and i.customer_key = :customer and {believed("i")}
union all
select 'payment:' || p.key, 'payment', p.key, p.currency, -{minor("p.amount", "p.currency")}, p.paid_on, null, null
from payment p where p.source = :source and p.customer_key = :customer and {believed("p")}
union all
select 'issued:' || i.id, {booked_kind("i")}, i.number, i.currency, {owed("i")}, i.issue_date,
       coalesce(i.due_date, i.issue_date), null
from issued_document i
where i.source = :source and i.customer_key = :customer and {unbooked("i", believed("d"))}
  and i.kind in ({listed(tuple(BOOKED_AS))}) and {owed("i")} <> 0
"""

_USES: Final = f"""
select 'item:' || i.key, a.key, a.allocated_on, {minor("a.amount", "i.currency")}
from open_item i
join allocation a on a.source = i.source and {believed("a")}
  and (i.direction = 'debit' and a.item_key = i.key or i.direction = 'credit' and a.credit_item_key = i.key)
where i.source = :source and i.customer_key = :customer and {believed("i")}
union all
select 'payment:' || p.key, a.key, a.allocated_on, {minor("a.amount", "p.currency")}
from payment p
join allocation a on a.source = p.source and a.payment_key = p.key and {believed("a")}
where p.source = :source and p.customer_key = :customer and {believed("p")}
order by 3, 2, 1
"""


def movements_of(
    engine: Engine, source: str, customer: str, last: date, known_at: datetime
) -> tuple[list[Movement], Mapping[str, int]]:
    """Every movement to the end of a day, by day, as known at a moment; and what is overdue then, by currency."""
    values = {"source": source, "customer": customer, "known_at": known_at}
    with transaction(engine) as connection:
        holdings = [Holding(*row) for row in connection.execute(text(_HOLDINGS), values)]
        uses: dict[str, list[Use]] = defaultdict(list)
        for row in connection.execute(text(_USES), values):
            uses[row[0]].append(Use(*row))
    return movements([one for one in holdings if one.day <= last], uses, last)


def movements(
    holdings: Sequence[Holding], uses: Mapping[str, Sequence[Use]], last: date
) -> tuple[list[Movement], Mapping[str, int]]:
    """See `movements_of`."""
    found = [Movement(one.day, one.kind, one.document, one.currency, one.minor) for one in holdings]
    overdue: dict[str, int] = defaultdict(int)
    settled: dict[tuple[str, date, str], list[tuple[int, str]]] = defaultdict(list)
    for one in holdings:
        left = one.minor
        for day, allocation, change in _taken(one, uses.get(one.key, ()), last):
            left += change
            if allocation is None:
                found.append(Movement(day, "closing", one.document, one.currency, change))
            else:
                settled[allocation, day, one.currency].append((change, one.document))
        if one.due is not None and one.due < last and left > 0:
            overdue[one.currency] += left
    for (_, day, currency), halves in settled.items():
        change, document = sum(change for change, _ in halves), min(halves)[1]
        found.append(Movement(day, "settlement", document, currency, change))
    shown = sorted((one for one in found if one.minor), key=_order)
    return shown, dict(overdue)


def _taken(one: Holding, uses: Sequence[Use], last: date) -> Iterator[tuple[date, str | None, int]]:
    """Day, allocation and change of everything that brings an item or a payment closer to nothing; without allocation
    the books closed it. What is settled beyond the amount counts for nothing, as in the finances."""
    sign = 1 if one.minor > 0 else -1
    closed = max(one.closed_on, one.day) if one.closed_on else None
    settled, left = 0, abs(one.minor)
    for use in uses:
        day = max(use.day, one.day)
        if day > last or (closed and day >= closed):
            continue
        settled += use.minor
        now = max(0, abs(one.minor) - settled)
        yield day, use.allocation, sign * (now - left)
        left = now
    if closed and closed <= last:
        yield closed, None, -sign * left


def _order(movement: Movement) -> tuple[date, int, str, int]:
    return movement.day, MOVEMENT_KINDS.index(movement.kind), movement.document, movement.minor
