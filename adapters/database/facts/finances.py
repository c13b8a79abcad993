"""A customer's finances: turnover, profit where cost is known, debt by age and currency, credit limit, payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from adapters.database.documents.ledger_match import BOOKED_AS, booked_kind, listed, owed, unbooked
from adapters.database.facts.open_amount import open_amount
from adapters.database.facts.rows import AmountRow, BatchRows, CustomerRow, ItemRow
from adapters.database.facts.snapshot_rows import SALES, believed, minor
from adapters.database.facts.snapshots import CaseContext
from engine.errors import RateMissing
from engine.money import Money

#: Age classes of a debt in days past due: (label, first day, last day).
AGES: Final = (
    ("not_due", None, 0),
    ("1-30", 1, 30),
    ("31-60", 31, 60),
    ("61-90", 61, 90),
    ("91-180", 91, 180),
    ("181-365", 181, 365),
    ("over_365", 366, None),
)
_TURNOVER = text(f"""
select s.currency, sum(s.net)::bigint as net, sum(s.gross)::bigint as gross, sum(s.net - s.cost)::bigint as profit,
       count(*) as documents, count(*) filter (where s.cost is null) as without_cost
from {SALES} s
where s.source = :source and s.customer_key = :customer and s.issue_date between :first and :last
group by s.currency order by s.currency
""")

#: Claims we issued and the books do not know yet, in the columns of ItemRow; corrections may be negative.
_UNBOOKED = text(f"""
select i.customer_key as customer, 'issued:' || i.id as key, 'debit' as direction, i.currency,
       {owed("i")} as open_minor,
       i.gross_minor as original_minor, i.issue_date, coalesce(i.due_date, i.issue_date) as due_date,
       false as instalment, {booked_kind("i")} as document_kind, i.number as document
from issued_document i
where i.source = :source and i.customer_key = :customer and {unbooked("i", believed("d"))}
  and i.kind in ({listed(tuple(BOOKED_AS))}) and i.issue_date <= :as_of and {owed("i")} <> 0
order by i.due_date, i.id
""")

_PAYMENTS = text(f"""
select p.key, p.paid_on, p.currency, {minor("p.amount", "p.currency")} as minor,
       {minor("o.open", "p.currency")} as unallocated
from payment p
cross join lateral {open_amount("p", "payment")} o
where p.source = :source and p.customer_key = :customer and {believed("p")}
  and p.paid_on between :first and :last and p.paid_on <= :as_of
order by p.paid_on, p.key
""")


class _Sales(NamedTuple):
    """Sales in one currency. `profit`: over the documents whose cost is known; `without_cost`: how many have none."""

    currency: str
    net: int
    gross: int
    profit: int | None
    documents: int
    without_cost: int


class _Payment(NamedTuple):
    """A payment, and what of it settles nothing yet; minor units."""

    key: str
    paid_on: date
    currency: str
    minor: int
    unallocated: int


def customer_finances(
    connection: Connection,
    rows: BatchRows,
    context: CaseContext,
    first: date,
    last: date,
    ledger: str,
    currency: str | None,
) -> Mapping[str, object]:
    """Plain JSON data; amounts are decimal strings in major units, dates ISO.

    What was issued and is not in the books yet counts at once (`booked` false), until a sync finds it there.

    Sums are given per currency and, converted at the NBP rate of the last working day before `as_of`, in `currency`
    (the ledger currency if not given). Raises RateMissing when that needs a rate that is not known.
    """
    target = currency or ledger
    customer = rows.customers[0]
    values = {
        "source": context.source,
        "customer": customer.key,
        "first": first,
        "last": last,
        "as_of": context.as_of,
        "known_at": context.known_at,
    }
    turnover = [_Sales(**row) for row in connection.execute(_TURNOVER, values).mappings()]
    payments = [_Payment(**row) for row in connection.execute(_PAYMENTS, values).mappings()]
    booked = {row.key for row in rows.items}
    rows = _with_unbooked(rows, [ItemRow(**row) for row in connection.execute(_UNBOOKED, values).mappings()])
    in_target = _Converter(context, target)
    debt = in_target.total((row.currency, row.open_minor) for row in rows.items)
    credit = in_target.total((row.currency, row.minor) for row in rows.credits)
    return {
        "customer": customer.key, "name": customer.name, "as_of": context.as_of.isoformat(),
        "from": first.isoformat(), "to": last.isoformat(), "currency": target,
        "turnover": {
            "net": in_target.text(in_target.total((row.currency, row.net) for row in turnover)),
            "gross": in_target.text(in_target.total((row.currency, row.gross) for row in turnover)),
            "by_currency": [
                {"currency": row.currency, "net": _text(row.net, row.currency), "gross": _text(row.gross, row.currency),
                 "documents": row.documents}
                for row in turnover
            ],
        },
        "profit": _profit(turnover, in_target),
        "debt": {
            "total": in_target.text(debt), "credits": in_target.text(credit), "balance": in_target.text(debt - credit),
            "by_age": _by_age(rows.items, context.as_of, in_target),
            "by_currency": _by_currency(rows, context.as_of),
        },
        "credit_limit": _limit(customer, debt - credit, in_target, ledger),
        "open_items": [_item(row, context.as_of, booked=row.key in booked) for row in rows.items],
        "payments": [
            {"key": row.key, "paid_on": row.paid_on.isoformat(), "currency": row.currency,
             "amount": _text(row.minor, row.currency), "unallocated": _text(row.unallocated, row.currency)}
            for row in payments
        ],
    }  # fmt: skip


def _with_unbooked(rows: BatchRows, claims: Sequence[ItemRow]) -> BatchRows:
    """The customer's rows with what was issued and is not in the books: owed at once; a negative claim is a credit."""
    owed = [row for row in claims if row.open_minor > 0]
    owing = [AmountRow(row.customer, row.currency, -row.open_minor) for row in claims if row.open_minor < 0]
    items = sorted([*rows.items, *owed], key=lambda row: (row.due_date, row.key))
    return replace(rows, items=items, credits=[*rows.credits, *owing])


def _text(minor_units: int, currency: str) -> str:
    return str(Money(currency, minor_units).amount)


class _Converter:
    """Amounts of any currency in one."""

    def __init__(self, context: CaseContext, target: str) -> None:
        self.context = context
        self.target = target

    def total(self, amounts: Iterable[tuple[str, int]]) -> int:
        """Sum in minor units of the target currency. Raises RateMissing."""
        total = 0
        for currency, minor_units in amounts:
            converted = self.context.convert(minor_units, currency, self.target)
            if converted is None:
                raise RateMissing(currency, self.context.as_of.isoformat())
            total += converted
        return total

    def text(self, minor_units: int) -> str:
        """Decimal string in major units."""
        return _text(minor_units, self.target)


def _profit(turnover: Sequence[_Sales], in_target: _Converter) -> Mapping[str, object]:
    """Net sales less cost, over the documents whose cost the source knows; how many lack it is said."""
    known = [(row.currency, row.profit) for row in turnover if row.profit is not None]
    return {
        "amount": in_target.text(in_target.total(known)) if known else None,
        "documents_without_cost": sum(row.without_cost for row in turnover),
    }


def _by_age(items: Sequence[ItemRow], as_of: date, in_target: _Converter) -> list[dict[str, object]]:
    result = []
    for label, low, high in AGES:
        ages = [
            row
            for row in items
            if (low is None or (as_of - row.due_date).days >= low)
            and (high is None or (as_of - row.due_date).days <= high)
        ]
        amount = in_target.text(in_target.total((row.currency, row.open_minor) for row in ages))
        result.append({"age": label, "amount": amount, "items": len(ages)})
    return result


def _by_currency(rows: BatchRows, as_of: date) -> list[dict[str, object]]:
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"open": 0, "overdue": 0, "credits": 0})
    for row in rows.items:
        sums[row.currency]["open"] += row.open_minor
        if row.due_date < as_of:
            sums[row.currency]["overdue"] += row.open_minor
    for credit in rows.credits:
        sums[credit.currency]["credits"] += credit.minor
    return [
        {"currency": currency, **{name: _text(amount, currency) for name, amount in parts.items()}}
        for currency, parts in sorted(sums.items())
    ]


def _limit(customer: CustomerRow, balance: int, in_target: _Converter, ledger: str) -> Mapping[str, object]:
    """The limit and its use in percent, one decimal down; no limit is not limit 0."""
    if customer.credit_limit is None:
        return {"limit": None, "used": in_target.text(max(balance, 0)), "free": None, "utilisation_percent": None}
    limit = in_target.total([(customer.credit_currency or ledger, customer.credit_limit)])
    used = max(balance, 0)
    percent = str(Decimal(used * 1000 // limit) / 10) if limit else None
    return {
        "limit": in_target.text(limit),
        "used": in_target.text(used),
        "free": in_target.text(limit - used),
        "utilisation_percent": percent,
    }


def _item(row: ItemRow, as_of: date, *, booked: bool) -> dict[str, object]:
    return {
        "key": row.key,
        "document": row.document,
        "document_kind": row.document_kind,
        "currency": row.currency,
        "open": _text(row.open_minor, row.currency),
        "original": _text(row.original_minor, row.currency),
        "issue_date": row.issue_date.isoformat(),
        "due_date": row.due_date.isoformat(),
        "days_past_due": (as_of - row.due_date).days,
        "instalment": row.instalment,
        "booked": booked,
    }
