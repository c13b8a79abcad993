"""One effect for an idempotency key, under real concurrency."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from adapters.database.access.idempotency import KEPT, Idempotency
from engine.errors import Conflict, InvalidInput

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_hundred_simultaneous_requests_have_one_effect_and_equal_answers(database: Engine) -> None:
    idempotency = Idempotency(database)
    effects = count(1)
    gate = Barrier(10)

    def effect(_: Connection) -> Mapping[str, Any]:
        return {"number": next(effects)}

    def request(_: int) -> Mapping[str, Any]:
        gate.wait()
        return idempotency.once("crm", "k1", "digest", effect, now=NOW)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(request, range(100)))
    assert answers == [{"number": 1}] * 100
    assert next(effects) == 2


def test_the_same_key_for_another_request_is_refused(database: Engine) -> None:
    idempotency = Idempotency(database)
    idempotency.once("crm", "k1", "digest", lambda _: {"a": 1}, now=NOW)
    with pytest.raises(InvalidInput) as caught:
        idempotency.once("crm", "k1", "other", lambda _: {"a": 2}, now=NOW)
    assert caught.value.field == "Idempotency-Key"


def test_keys_of_different_owners_are_different(database: Engine) -> None:
    idempotency = Idempotency(database)
    assert idempotency.once("crm", "k1", "digest", lambda _: {"a": 1}, now=NOW) == {"a": 1}
    assert idempotency.once("web", "k1", "digest", lambda _: {"a": 2}, now=NOW) == {"a": 2}


def test_an_effect_that_fails_leaves_the_key_unused(database: Engine) -> None:
    idempotency = Idempotency(database)

    def fails(_: Connection) -> Mapping[str, Any]:
        raise Conflict("not now")

    with pytest.raises(Conflict):
        idempotency.once("crm", "k1", "digest", fails, now=NOW)
    assert idempotency.once("crm", "k1", "digest", lambda _: {"a": 1}, now=NOW) == {"a": 1}


def test_an_old_key_is_a_new_request(database: Engine) -> None:
    idempotency = Idempotency(database)
    idempotency.once("crm", "k1", "digest", lambda _: {"a": 1}, now=NOW)
    later = NOW + KEPT + timedelta(seconds=1)
    assert idempotency.once("crm", "k1", "other", lambda _: {"a": 2}, now=later) == {"a": 2}
