"""Locks by name: who waits for whom, and that a lock ends with whoever held it."""

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from adapters.database import locks
from adapters.database.locks import Lock


def _impatient(connection: Connection) -> Connection:
    connection.execute(text("set local lock_timeout = 20"))
    return connection


def test_a_lock_that_is_taken_keeps_the_next_one_waiting_until_the_transaction_ends(database: Engine) -> None:
    with database.begin() as first:
        locks.facts_of("fk").take(first)
        with pytest.raises(OperationalError, match="lock timeout"), database.begin() as second:
            locks.facts_of("fk").take(_impatient(second))
        with database.begin() as other:
            locks.facts_of("another").take(_impatient(other))
    with database.begin() as third:
        locks.facts_of("fk").take(_impatient(third))


def test_those_who_share_a_lock_keep_only_the_taker_waiting(database: Engine) -> None:
    with database.begin() as first, database.begin() as second:
        locks.facts_of("fk").share(first)
        locks.facts_of("fk").share(_impatient(second))
        with pytest.raises(OperationalError, match="lock timeout"), database.begin() as third:
            locks.facts_of("fk").take(_impatient(third))


def test_a_tried_lock_is_kept_through_the_block_alone(database: Engine) -> None:
    lock = locks.run_of("fk")
    with lock.tried(database) as first, lock.tried(database) as second:
        assert (first, second) == (True, False)
    with pytest.raises(ValueError, match="boom"), lock.tried(database):
        raise ValueError("boom")
    with lock.tried(database) as again:
        assert again


def test_every_lock_has_a_name_of_its_own() -> None:
    named = [
        locks.MIGRATION,
        locks.SIGNING,
        locks.facts_of("x"),
        locks.run_of("x"),
        locks.occurrence("x"),
        locks.ruleset("x"),
        locks.legal_hold(1),
        locks.notes_of("x", "y"),
        locks.sending_of("x"),
    ]
    assert len({lock.name for lock in named}) == len(named)
    assert Lock("signing") == locks.SIGNING
