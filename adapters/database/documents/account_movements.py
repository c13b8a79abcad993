"""Items, payments and settlements of a customer out of the books, for what moved the balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from adapters.database.documents.ledger_match import BOOKED_AS, booked_kind, listed, owed, unbooked
from adapters.database.facts.snapshot_rows import believed, minor
from documents.filling.movements import Holding, Use

_HOLDINGS: Final = f"""
select 'item:' || i.key as key, d.kind, d.number as document, i.currency,
       {minor("i.amount", "i.currency")} * case i.direction when 'debit' then 1 else -1 end as minor,
       i.issue_date as day, i.due_date as due, i.closed_on
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
select 'item:' || i.key as holding, a.key as allocation, a.allocated_on as day,
       {minor("a.amount", "i.currency")} as minor
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


def holdings_of(
    connection: Connection, source: str, customer: str, known_at: datetime
) -> tuple[Sequence[Holding], Mapping[str, Sequence[Use]]]:
    """Every item, payment and unbooked document as known at a moment; and what was settled of each, by its key."""
    values = {"source": source, "customer": customer, "known_at": known_at}
    holdings = [Holding(**row) for row in connection.execute(text(_HOLDINGS), values).mappings()]
    uses: dict[str, list[Use]] = defaultdict(list)
    for row in connection.execute(text(_USES), values).mappings():
        uses[row["holding"]].append(Use(**row))
    return holdings, uses
