"""A request that carries an idempotency key has its effect once, however often and in parallel it comes.

Two requests are the same when they ask for the same, whichever way they came and however they were written down.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from adapters.database.tables import idempotency
from engine.errors import Conflict, InvalidInput

#: What refusals name, as the header of a request does.
FIELD: Final = "Idempotency-Key"
#: An answer is kept this long; a key used again later is a new request.
KEPT: Final = timedelta(hours=24)
#: A request waits this long for another one with its key.
WAIT: Final = timedelta(seconds=10)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_columns = idempotency.c


class Idempotency:
    """The table `idempotency`. The row and the effect are one transaction, so neither is there without the other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._locks = _KeyLocks()

    def once(
        self, owner: str, key: str, asked: object, effect: Callable[[Connection], Mapping[str, Any]], *, now: datetime
    ) -> Mapping[str, Any]:
        """The answer of `effect`, called at most once for an owner's key, in the transaction that notes it; a parallel
        request waits for the first.

        `asked`: what must be the same when the key comes again, as plain data. Raises InvalidInput for what is no key
        and for one that was used for another request, Conflict when the first is still under way after ten seconds, and
        whatever `effect` does (then the key stays unused).
        """
        if not _KEY.fullmatch(key):
            raise InvalidInput("A key has 1 to 255 visible ASCII characters.", field=FIELD)
        digest = sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()
        mine = (_columns.owner == owner) & (_columns.key == key)
        with self._locks.of(owner, key), self._engine.begin() as connection:
            connection.execute(text(f"set local lock_timeout = {int(WAIT.total_seconds() * 1000)}"))
            row = {"owner": owner, "key": key, "digest": digest, "answer": {}, "created_at": now}
            try:
                connection.execute(delete(idempotency).where(mine, _columns.created_at < now - KEPT))
                wanted = insert(idempotency).values(row).on_conflict_do_nothing().returning(_columns.key)
                fresh = connection.scalar(wanted)
            except OperationalError as error:
                raise _under_way(key) from error
            connection.execute(text("set local lock_timeout = 0"))
            if fresh is None:
                seen = connection.execute(select(idempotency).where(mine)).mappings().one()
                if seen["digest"] != digest:
                    raise InvalidInput(f"The key '{key}' was used for another request.", field=FIELD)
                return dict(seen["answer"])
            answer = effect(connection)
            connection.execute(update(idempotency).where(mine).values(answer=dict(answer)))
            return answer


class _KeyLocks:
    """A lock a key: threads that carry the same one wait before they take a connection. Otherwise those that wait
    would hold all connections of the pool, and the one that works may need a second one."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: dict[tuple[str, str], tuple[Lock, int]] = {}

    @contextmanager
    def of(self, owner: str, key: str) -> Iterator[None]:
        """The lock of a key. Raises Conflict when it is not free within ten seconds."""
        with self._guard:
            lock, threads = self._waiting.get((owner, key), (Lock(), 0))
            self._waiting[owner, key] = (lock, threads + 1)
        try:
            if not lock.acquire(timeout=WAIT.total_seconds()):
                raise _under_way(key)
            try:
                yield
            finally:
                lock.release()
        finally:
            with self._guard:
                lock, threads = self._waiting.pop((owner, key))
                if threads > 1:
                    self._waiting[owner, key] = (lock, threads - 1)


def _under_way(key: str) -> Conflict:
    return Conflict(f"A request with the idempotency key '{key}' is still under way.")
