"""Who gets the messages to a customer, by its current row and the addresses that were refused."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from adapters.delivery.addresses import kept_addresses
from engine.errors import NotFound
from engine.facts.recipients import Recipients, chosen

_ADDRESSES: Final = text("""
select c.email, c.dunning_email, c.copies, array(
    select lower(b.address) from bounce b
    where b.source = c.source and b.customer_key = c.key and b.recorded_to is null) as refused
from customer c where c.source = :source and c.key = :key and c.recorded_to is null
""")


def recipients_of(connection: Connection, source: str, customer: str) -> Recipients:
    """Raises NotFound."""
    row = connection.execute(_ADDRESSES, {"source": source, "key": customer}).one_or_none()
    if row is None:
        raise NotFound("customer", customer)
    email, dunning, copies = (kept_addresses(one) for one in (row.email, row.dunning_email, row.copies))
    return chosen(email, dunning, copies, set(row.refused))
