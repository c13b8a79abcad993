"""A customer's finances: turnover, profit where cost is known, debt by age and currency, credit limit, payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.documents.ledger_match import BOOKED_AS, booked_kind, listed, owed, unbooked
from adapters.database.facts.snapshot_rows import SALES, BatchRows, believed, minor
from adapters.database.facts.snapshots import Setting
from engine.errors import RateMissing
from engine.money import Money

#: Age classes of a debt in days past due: (label, first day, last day).
AGES: Final = (
    ("not_due", None, 0), ("1-30", 1, 30), ("31-60", 31, 60), ("61-90", 61, 90), ("91-180", 91, 180),
    ("181-365", 181, 365), ("over_365", 366, None),
)  # fmt: skip
_TURNOVER = text(f"""
select s.currency, sum(s.net)::bigint, sum(s.gross)::bigint, (sum(s.net - s.cost))::bigint, count(*),
       count(*) filter (where s.cost is null)
from {SALES} s
where s.source = :source and s.customer_key = :customer and s.issue_date between :first and :last
group by s.currency order by s.currency
""")

#: Claims we issued and the books do not know yet, in the columns of snapshot_rows.ITEMS; corrections may be negative.
_UNBOOKED = text(f"""
select i.customer_key, 'issued:' || i.id, 'debit', i.currency, {owed("i")}, i.gross_minor, i.issue_date,
       coalesce(i.due_date, i.issue_date), false, {booked_kind("i")}, i.number
from issued_document i
where i.source = :source and i.customer_key = :customer and {unbooked("i", believed("d"))}
  and i.kind in ({listed(tuple(BOOKED_AS))}) and i.issue_date <= :as_of and {owed("i")} <> 0
order by i.due_date, i.id
""")

_PAYMENTS = text(f"""
select p.key, p.paid_on, p.currency, {minor("p.amount", "p.currency")}, {minor("p.amount - u.used", "p.currency")}
from payment p
cross join lateral (
    select coalesce(sum(a.amount), 0) as used from allocation a
    where a.source = p.source and a.payment_key = p.key and a.allocated_on <= :as_of and {believed("a")}
) u
where p.source = :source and p.customer_key = :customer and {believed("p")}
  and p.paid_on between :first and :last and p.paid_on <= :as_of
order by p.paid_on, p.key
""")


def customer_finances(
    connection: Connection,
    rows: BatchRows,
    setting: Setting,
    first: date,
    last: date,
    ledger: str,
    currency: str | None,
) -> Mapping[str, object]:
    """Plain JSON data; amounts are decimal strings in major units, dates ISO.

    What was issued and is not in the books yet counts at once (`booked` false), until a sync finds it there.

    Sums are given per currency and, converted at the NBP rate of the last working day before `as_of`, in `currency`
    (the ledger currency if not given). Raises RateMissing when that needs a rate nobody knows.
    """  # fmt: skip
    target = currency or ledger
    customer = rows.customers[0]
    values = {"source": setting.source, "customer": customer[0], "first": first, "last": last,
              "as_of": setting.as_of, "known_at": setting.known_at}  # fmt: skip
    turnover = connection.execute(_TURNOVER, values).all()
    payments = connection.execute(_PAYMENTS, values).all()
    booked = {row[1] for row in rows.items}
    rows = _with_unbooked(rows, connection.execute(_UNBOOKED, values).all())
    in_target = _Converter(setting, target)
    debt = in_target.total((row[3], row[4]) for row in rows.items)
    credit = in_target.total((row[1], row[2]) for row in rows.credits)
    return {
        "customer": customer[0], "name": customer[10], "as_of": setting.as_of.isoformat(),
        "from": first.isoformat(), "to": last.isoformat(), "currency": target,
        "turnover": {
            "net": in_target.text(in_target.total((row[0], row[1]) for row in turnover)),
            "gross": in_target.text(in_target.total((row[0], row[2]) for row in turnover)),
            "by_currency": [
                {"currency": row[0], "net": _text(row[1], row[0]), "gross": _text(row[2], row[0]), "documents": row[4]}
                for row in turnover
            ],
        },
        "profit": _profit(turnover, in_target),
        "debt": {
            "total": in_target.text(debt), "credits": in_target.text(credit), "balance": in_target.text(debt - credit),
            "by_age": _by_age(rows.items, setting.as_of, in_target),
            "by_currency": _by_currency(rows, setting.as_of),
        },
        "credit_limit": _limit(customer, debt - credit, in_target, ledger),
        "open_items": [_item(row, setting.as_of, booked=row[1] in booked) for row in rows.items],
        "payments": [
            {"key": row[0], "paid_on": row[1].isoformat(), "currency": row[2], "amount": _text(row[3], row[2]),
             "unallocated": _text(row[4], row[2])}
            for row in payments
        ],
    }  # fmt: skip


def _with_unbooked(rows: BatchRows, claims: Sequence[Sequence[Any]]) -> BatchRows:
    """The customer's rows with what was issued and is not in the books: owed at once; a negative claim is a credit."""
    items = sorted([*rows.items, *(row for row in claims if row[4] > 0)], key=lambda row: (row[7], row[1]))
    return replace(
        rows, items=items, credits=[*rows.credits, *((row[0], row[3], -row[4]) for row in claims if row[4] < 0)]
    )


def _text(minor_units: int, currency: str) -> str:
    return str(Money(currency, minor_units).amount)


class _Converter:
    """Amounts of any currency in one."""

    def __init__(self, setting: Setting, target: str) -> None:
        self.setting = setting
        self.target = target

    def total(self, amounts: Iterable[tuple[str, int]]) -> int:
        """Sum in minor units of the target currency. Raises RateMissing."""
        total = 0
        for currency, minor_units in amounts:
            converted = self.setting.convert(minor_units, currency, self.target)
            if converted is None:
                raise RateMissing(currency, self.setting.as_of.isoformat())
            total += converted
        return total

    def text(self, minor_units: int) -> str:
        """Decimal string in major units."""
        return _text(minor_units, self.target)


def _profit(turnover: Sequence[Any], in_target: _Converter) -> Mapping[str, object]:
    """Net sales less cost, over the documents whose cost the source knows; how many lack it is said."""
    known = [(row[0], row[3]) for row in turnover if row[3] is not None]
    return {
        "amount": in_target.text(in_target.total(known)) if known else None,
        "documents_without_cost": sum(row[5] for row in turnover),
    }


def _by_age(items: Sequence[Sequence[Any]], as_of: date, in_target: _Converter) -> list[dict[str, object]]:
    result = []
    for label, low, high in AGES:
        ages = [
            row for row in items
            if (low is None or (as_of - row[7]).days >= low) and (high is None or (as_of - row[7]).days <= high)
        ]  # fmt: skip
        amount = in_target.text(in_target.total((row[3], row[4]) for row in ages))
        result.append({"age": label, "amount": amount, "items": len(ages)})
    return result


def _by_currency(rows: BatchRows, as_of: date) -> list[dict[str, object]]:
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"open": 0, "overdue": 0, "credits": 0})
    for row in rows.items:
        sums[row[3]]["open"] += row[4]
        if row[7] < as_of:
            sums[row[3]]["overdue"] += row[4]
    for _customer, currency, amount in rows.credits:
        sums[currency]["credits"] += amount
    return [
        {"currency": currency, **{name: _text(amount, currency) for name, amount in parts.items()}}
        for currency, parts in sorted(sums.items())
    ]


def _limit(customer: Sequence[Any], balance: int, in_target: _Converter, ledger: str) -> Mapping[str, object]:
    """The limit and its use in percent, one decimal down; no limit is not limit 0."""
    if customer[7] is None:
        return {"limit": None, "used": in_target.text(max(balance, 0)), "free": None, "utilisation_percent": None}
    limit = in_target.total([(customer[8] or ledger, customer[7])])
    used = max(balance, 0)
    percent = str(Decimal(used * 1000 // limit) / 10) if limit else None
    return {"limit": in_target.text(limit), "used": in_target.text(used), "free": in_target.text(limit - used),
            "utilisation_percent": percent}  # fmt: skip


def _item(row: Sequence[Any], as_of: date, *, booked: bool) -> dict[str, object]:
    return {
        "key": row[1], "document": row[10], "document_kind": row[9], "currency": row[3],
        "open": _text(row[4], row[3]), "original": _text(row[5], row[3]), "issue_date": row[6].isoformat(),
        "due_date": row[7].isoformat(), "days_past_due": (as_of - row[7]).days, "instalment": row[8],
        "booked": booked,
    }  # fmt: skip
