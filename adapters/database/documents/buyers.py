"""A customer of the books as the buyer of an invoice."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapters.database.tables import customer
from documents.filling.request import Buyer
from engine.errors import NotFound

_COLUMNS = customer.c


def buyer_of(connection: Connection, source: str, key: str) -> Buyer:
    """The current particulars of a customer. Lines of the address are separated by line ends or semicolons in the
    books, or by commas. Raises NotFound."""
    query = select(_COLUMNS.name, _COLUMNS.kind, _COLUMNS.tax_id, _COLUMNS.country, _COLUMNS.address, _COLUMNS.language)
    query = query.where(_COLUMNS.source == source, _COLUMNS.key == key, _COLUMNS.recorded_to.is_(None))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("customer", key)
    consumer = row.kind == "consumer"
    printed = {
        "key": key,
        "name": row.name,
        "kind": "consumer" if consumer else "business",
        "country": row.country or "PL",
        "tax_id": None if consumer else row.tax_id,
        "address": (row.address or "").replace(";", "\n"),
    }
    return Buyer(printed, row.language)
