"""Settlements a source tells only by its remaining amount: what lies between it and the known allocations."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import Connection, text

from adapters.database.mirror.rejection import RESERVED

#: Allocations of this sync: those read, and those kept because their row is quarantined.
_ALLOCATIONS: Final = """
select item_key, credit_item_key, amount from stage_allocation where allocated_on <= :today
union all
select a.item_key, a.credit_item_key, a.amount from allocation a
join stage_kept k on k.tab = 'allocation' and k.key = a.key
where a.source = :source and a.recorded_to is null and a.allocated_on <= :today
"""

_NEED: Final = f"""
create temp table stage_need on commit drop as
with known as ({_ALLOCATIONS}),
     used as (select item_key as key, 'debit' as direction, sum(amount) as amount from known group by item_key
              union all
              select credit_item_key, 'credit', sum(amount) from known
              where credit_item_key is not null group by credit_item_key)
select i.key, i.direction, i.origin, i.line, i.open_amount, i.amount - coalesce(u.amount, 0) as rest,
       i.amount - coalesce(u.amount, 0) - i.open_amount as need
from stage_open_item i left join used u on u.key = i.key and u.direction = i.direction
where i.open_amount is not null
"""

#: What was settled this way before stays on its day, oldest first, as far as it is still needed; the rest is today's.
_SETTLE: Final = f"""
insert into stage_allocation (origin, line, key, item_key, allocated_on, amount, credit_item_key)
with prior as (
    select a.item_key, a.key, a.allocated_on, a.amount,
           sum(a.amount) over (partition by a.item_key order by a.allocated_on, a.key) as total
    from allocation a join stage_need n on n.key = a.item_key
    where a.source = :source and a.recorded_to is null and starts_with(a.key, '{RESERVED}')
), before as (
    select item_key, sum(amount) as amount from prior group by item_key
), parts as (
    select p.key, p.item_key, p.allocated_on, least(p.amount, n.need - p.total + p.amount) as amount
    from prior p join stage_need n on n.key = p.item_key where n.need > p.total - p.amount
    union all
    select '{RESERVED}' || n.key || ':' || cast(:today as date), n.key, cast(:today as date),
           n.need - coalesce(b.amount, 0)
    from stage_need n left join before b on b.item_key = n.key where n.need > coalesce(b.amount, 0)
)
select n.origin, n.line, p.key, p.item_key, p.allocated_on, sum(p.amount),
       case when n.direction = 'credit' then n.key end
from parts p join stage_need n on n.key = p.item_key
group by n.origin, n.line, p.key, p.item_key, p.allocated_on, n.direction, n.key
"""

_DISAGREE: Final = """
insert into stage_reject (tab, key, file, line, col, value, reason)
select 'open_item', n.key, o.file, n.line,
       coalesce((select l.label from stage_label l where l.number = n.origin and l.field = 'open_amount'),
                'open_amount'),
       n.open_amount::text, 'the allocations leave only ' || n.rest || ' open, which is used'
from stage_need n join stage_origin o on o.number = n.origin where n.need < 0
"""

_DISAGREE_NAMED: Final = """
insert into stage_named
select o.file, n.line, 'open_item', n.key, true, false, null
from stage_need n join stage_origin o on o.number = n.origin where n.need < 0
"""

#: A kept item keeps its settlements: nothing new is known of it.
_KEEP: Final = f"""
insert into stage_kept
select 'allocation', a.key from allocation a join stage_kept k on k.tab = 'open_item' and k.key = a.item_key
where a.source = :source and a.recorded_to is null and starts_with(a.key, '{RESERVED}')
"""


def settle(connection: Connection, source: str, today: date) -> None:
    """Stage an allocation for the part of an item that the source counts as settled without saying by what.

    It is dated by the sync day, has the key `settlement:<item>:<day>` and neither payment nor credit item; for a
    credit item it names the item itself on both sides. Where the source says more is open than its own allocations
    leave, the allocations count and the line is reported.
    """
    values = {"source": source, "today": today}
    connection.execute(text(_KEEP), values)
    if not connection.scalar(text("select exists (select from stage_open_item where open_amount is not null)")):
        return
    connection.execute(text(_NEED), values)
    connection.execute(text("analyze stage_need"))
    connection.execute(text(_SETTLE), values)
    connection.execute(text(_DISAGREE))
    connection.execute(text(_DISAGREE_NAMED))
