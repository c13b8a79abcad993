"""Money whose settlement was refused is no free credit: it covers no other debt and brings nobody's services back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

#: So much of a payment, or of a credit item, would settle something if a row were right.
MONEY_IN_DOUBT: Final = "money_in_doubt"

#: Lines of refused settlements of which no earlier version is kept.
_REFUSED: Final = """
create temp table stage_refused on commit drop as
select distinct r.file, r.line from stage_reject r
where r.tab = 'allocation' and not exists (select from stage_kept k where k.tab = 'allocation' and k.key = r.key)
"""
#: The payments and credit items that they name, with what they would take of each: all of it where that is not known.
_NAMED: Final = """
create temp table stage_withheld on commit drop as
select tab, key, min(file) as file, min(line) as line, sum(coalesce(settles, 'infinity')) as refused
from (
    select n.tab, n.key, n.file, n.line, sum(n.settles) as settles
    from stage_named n join stage_refused f on f.file = n.file and f.line = n.line
    where n.tab in ('payment', 'open_item') group by n.tab, n.key, n.file, n.line
) named group by tab, key
"""
#: Payments and credit items as they will be believed: those read, and those kept because their row is refused.
_MONEY: Final = """
select 'payment' as tab, key, customer_key, paid_on as day, currency, amount from stage_payment
union all
select 'payment', t.key, customer_key, paid_on, currency, amount from payment t
join stage_kept k on k.tab = 'payment' and k.key = t.key where t.source = :source and t.recorded_to is null
union all
select 'open_item', key, customer_key, issue_date, currency, amount from stage_open_item where direction = 'credit'
union all
select 'open_item', t.key, customer_key, issue_date, currency, amount from open_item t
join stage_kept k on k.tab = 'open_item' and k.key = t.key
where t.source = :source and t.recorded_to is null and direction = 'credit'
"""
_SETTLEMENTS: Final = """
select payment_key, credit_item_key, amount from stage_allocation
union all
select a.payment_key, a.credit_item_key, a.amount from allocation a
join stage_kept k on k.tab = 'allocation' and k.key = a.key where a.source = :source and a.recorded_to is null
"""
#: What is left of the money, at most as much as its refused settlements would take.
_WITHHELD: Final = f"""
insert into stage_doubt (customer_key, code, tab, key, file, line, col, value, reason, day, currency, amount)
select customer_key, '{MONEY_IN_DOUBT}', tab, key, file, line, '', withheld || ' ' || currency,
       'counts for nothing, because the row of what it settles was refused', day, currency, withheld
from (
    select m.*, w.file, w.line, least(m.amount - coalesce(u.amount, 0), w.refused) as withheld
    from stage_withheld w join ({_MONEY}) m on m.tab = w.tab and m.key = w.key
    left join (
        select 'payment' as tab, payment_key as key, sum(amount) as amount from ({_SETTLEMENTS}) s
        where payment_key in (select key from stage_withheld where tab = 'payment') group by payment_key
        union all
        select 'open_item', credit_item_key, sum(amount) from ({_SETTLEMENTS}) s
        where credit_item_key in (select key from stage_withheld where tab = 'open_item') group by credit_item_key
    ) u on u.tab = m.tab and u.key = m.key
) money where withheld > 0
"""


def withhold_money(connection: Connection, source: str) -> None:
    """Note the money of rejected settlements, by payment and credit item. After `attribute` and `settle`."""
    connection.execute(text(_REFUSED))
    if connection.scalar(text("select exists (select from stage_refused)")):
        connection.execute(text("analyze stage_refused"))
        connection.execute(text(_NAMED))
        connection.execute(text(_WITHHELD), {"source": source})
