"""A request that carries an idempotency key has its effect once, however often and in parallel it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from adapters.database.tables import idempotency
from adapters.database.transaction import transaction
from engine.errors import Conflict, InvalidInput

#: An answer is kept this long; a key used again later is a new request.
KEPT: Final = timedelta(hours=24)
_columns = idempotency.c


class Idempotency:
    """The table `idempotency`. The row and the effect are one transaction, so neither is there without the other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def once(
        self, owner: str, key: str, digest: str, effect: Callable[[], Mapping[str, Any]], *, now: datetime
    ) -> Mapping[str, Any]:
        """The answer of `effect`, called at most once for an owner's key; a parallel request waits for the first.

        Raises InvalidInput when the key was used for another request, Conflict when the first is still under way after
        ten seconds, and whatever `effect` does (then the key stays unused).
        """
        mine = (_columns.owner == owner) & (_columns.key == key)
        with transaction(self._engine) as connection:
            connection.execute(text("set local lock_timeout = '10s'"))
            row = {"owner": owner, "key": key, "digest": digest, "answer": {}, "created_at": now}
            try:
                connection.execute(delete(idempotency).where(mine, _columns.created_at < now - KEPT))
                wanted = insert(idempotency).values(row).on_conflict_do_nothing().returning(_columns.key)
                fresh = connection.scalar(wanted)
            except OperationalError as error:
                raise Conflict(f"A request with the idempotency key '{key}' is still under way.") from error
            connection.execute(text("set local lock_timeout = 0"))
            if fresh is None:
                seen = connection.execute(select(idempotency).where(mine)).mappings().one()
                if seen["digest"] != digest:
                    raise InvalidInput(f"The key '{key}' was used for another request.", field="Idempotency-Key")
                return dict(seen["answer"])
            answer = effect()
            connection.execute(update(idempotency).where(mine).values(answer=dict(answer)))
            return answer
