"""Whether the settlements of a reading add up: what does not puts the customers whom it concerns in doubt."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from adapters.database.mirror.doubts import raise_doubts

#: Settlements as they will be believed: those read, and those kept because their row is refused.
_SETTLEMENTS: Final = """
select item_key, payment_key, credit_item_key, amount from stage_allocation
union all
select a.item_key, a.payment_key, a.credit_item_key, a.amount from allocation a
join stage_kept k on k.tab = 'allocation' and k.key = a.key where a.source = :source and a.recorded_to is null
"""


def _beyond(table: str, field: str, where: str, reason: str) -> str:
    return f"""
    select m.customer_key, '{table}', m.key, u.amount || ' ' || m.currency, '{reason} ' || m.amount
    from stage_{table} m
    join (select s.{field} as key, sum(s.amount) as amount from ({_SETTLEMENTS}) s group by s.{field}) u
        on u.key = m.key
    where u.amount > m.amount and {where}
    """


def _of_another_currency(origin: str, field: str) -> str:
    """Whoever owes and whoever pays."""
    return f"""
    select c.customer_key, 'open_item', i.key, p.currency || ' for ' || i.currency,
           'settled in another currency than its own by ' || p.key
    from stage_allocation s join stage_open_item i on i.key = s.item_key
    join stage_{origin} p on p.key = s.{field} and p.currency <> i.currency
    cross join lateral (select i.customer_key union select p.customer_key) c
    """


#: Code of the doubt, and the query that finds it (raise_doubts).
_FAULTS: Final = (
    ("over_settled", _beyond("open_item", "item_key", "m.direction = 'debit'", "settled beyond its amount of")),
    ("over_settled", _beyond("open_item", "credit_item_key", "m.direction = 'credit'", "used beyond its amount of")),
    ("over_settled", _beyond("payment", "payment_key", "true", "settles more than its amount of")),
    ("currency_differs", _of_another_currency("payment", "payment_key")),
    ("currency_differs", _of_another_currency("open_item", "credit_item_key")),
)


def doubt_sums(connection: Connection, source: str) -> None:
    """Find items settled beyond their amount, money that settles more than it is, and settlements in a currency that is
    not the item's. After `settle` and `attribute`."""
    if connection.scalar(text("select exists (select from stage_allocation)")):
        for code, found in _FAULTS:
            raise_doubts(connection, code, found, {"source": source} if ":source" in found else None)
