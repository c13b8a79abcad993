"""Finding customers by what a person types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, and_, func, or_, select

from adapters.database.tables import customer

_columns = customer.c
_SHOWN = (
    _columns.source,
    _columns.key,
    _columns.name,
    _columns.kind,
    _columns.tax_id,
    _columns.country,
    _columns.segment,
)


class CustomerDirectory:
    """Current customers of every source."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self, *, text: str | None, source: str | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Customers that have the text as key or tax id, or within the name (any case), by source and key, at most
        `limit` behind the pair `after`."""
        query = select(*_SHOWN).where(_columns.recorded_to.is_(None))
        if text is not None:
            part = func.strpos(func.lower(_columns.name), func.lower(text)) > 0
            query = query.where(or_(_columns.key == text, _columns.tax_id == text, part))
        if source is not None:
            query = query.where(_columns.source == source)
        if after is not None:
            behind = and_(_columns.source == after[0], _columns.key > after[1])
            query = query.where(or_(_columns.source > after[0], behind))
        query = query.order_by(_columns.source, _columns.key).limit(limit)
        with self._engine.begin() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def sources_of(self, key: str) -> Sequence[str]:
        """The sources that have a customer with this key."""
        query = select(_columns.source).where(_columns.recorded_to.is_(None), _columns.key == key)
        with self._engine.begin() as connection:
            return list(connection.execute(query.order_by(_columns.source)).scalars())
