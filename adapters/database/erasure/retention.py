"""What of a customer still has to be kept: the newest record of each class, out of the mirrored books and what left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from sqlalchemy import Connection, text

from adapters.database.facts.open_amount import open_amount
from archive.erasure.retention import Kept, Record, RecordClass, Term, TermUnknown, kept
from engine.errors import Conflict
from engine.law.law import Law
from engine.law.tax.retention import keep_until

#: The law of a jurisdiction; None where none is known.
Laws = Callable[[str], Law | None]
#: The law whose terms count where a jurisdiction has none of its own.
_FALLBACK: Final = "eu"

_JURISDICTION = text("select jurisdiction from source where key = :source")
_CURRENT: Final = "source = :source and customer_key = :customer and recorded_to is null"
# Open: something of it is neither settled nor closed by the books. Settled: the last day anything happened to it.
_CLAIMS = text(f"""
select bool_or(o.open > 0) as open,
       greatest(max(i.issue_date), max(i.closed_on), max(o.settled_on),
                (select max(paid_on) from payment where {_CURRENT})) as last
from open_item i
cross join lateral {open_amount("i", as_of="'infinity'", known_at="'infinity'")} o
where i.source = :source and i.customer_key = :customer and i.recorded_to is null
""")
_DOCUMENTS = text(f"""
select greatest((select max(issue_date) from document where {_CURRENT}),
    (select max(issue_date) from issued_document
     where source = :source and customer_key = :customer and gross_minor is not null))
""")
_LETTERS = text("""
select greatest(
    (select max(coalesce(done_on, as_of)) from action where source = :source and customer_key = :customer
     and channel = 'email' and offered),
    (select max(issue_date) from issued_document
     where source = :source and customer_key = :customer and gross_minor is null))
""")
_BALANCES = text(
    "select max(issue_date) from issued_document "
    "where source = :source and customer_key = :customer and kind = 'balance_confirmation'"
)


# Asked first, so that no other records are looked at: nothing of this year or the last, no service.
_QUIET: Final = text("""
select c.source, c.key from customer c
where c.recorded_to is null and exists (
    select from document d where d.source = c.source and d.customer_key = c.key)
and not exists (select from document d where d.source = c.source and d.customer_key = c.key and d.issue_date >= :since)
and not exists (select from payment p where p.source = c.source and p.customer_key = c.key and p.paid_on >= :since)
and not exists (select from service s where s.source = c.source and s.customer_key = c.key and s.recorded_to is null)
and not exists (select from erasure e where e.source = c.source and e.customer_key = c.key and readmitted_at is null)
order by c.source, c.key
""")


class Retention:
    """Terms of keeping by the law of each source's jurisdiction."""

    def __init__(self, laws: Laws) -> None:
        self._laws = laws

    def kept(self, connection: Connection, source: str, customer: str, as_of: date) -> Kept:
        """What of a customer has to be kept on a day. Raises Conflict where no term is known: then nothing may go."""
        named = {"source": source, "customer": customer}
        jurisdiction = connection.execute(_JURISDICTION, named).scalar_one_or_none() or _FALLBACK
        try:
            return kept(_records(connection, named), self._term(jurisdiction, as_of), as_of)
        except TermUnknown as error:
            raise Conflict(f"{error} Nothing is erased before the law of '{jurisdiction}' has one.") from error

    def dormant(self, connection: Connection, as_of: date) -> list[tuple[str, str]]:
        """Source and key of customers who have records, none of which has to be kept any more, and no service: nothing
        speaks for keeping their data (GDPR art. 5 (1) (e)). Raises Conflict where no term is known."""
        quiet = connection.execute(_QUIET, {"since": date(as_of.year - 1, 1, 1)}).all()
        return [(source, key) for source, key in quiet if not self.kept(connection, source, key, as_of)]

    def _term(self, jurisdiction: str, as_of: date) -> Term:
        law = self._laws(jurisdiction)
        if law is None or not any(name.startswith("retention_") for name in law.parameters):
            law = self._laws(_FALLBACK)
        return lambda name, event: keep_until(law, name, event, as_of) if law else None


def _records(connection: Connection, named: dict[str, str]) -> list[Record]:
    claims = connection.execute(_CLAIMS, named).one()
    documents = connection.execute(_DOCUMENTS, named).scalar_one()
    letters = connection.execute(_LETTERS, named).scalar_one()
    balances = connection.execute(_BALANCES, named).scalar_one()
    vouchers = max((day for day in (claims.last, documents) if day is not None), default=None)
    found = [Record(RecordClass.VOUCHER, None if claims.open else vouchers)] if claims.open or vouchers else []
    days = ((RecordClass.TAX, documents), (RecordClass.LETTER, letters), (RecordClass.BOOKS, balances))
    return found + [Record(what, day) for what, day in days if day is not None]
