"""The advisory locks of the database, by name. No other module spells a lock's key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, text

_TAKE: Final = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_SHARE: Final = text("select pg_advisory_xact_lock_shared(hashtextextended(:name, 0))")
_TRY: Final = text("select pg_try_advisory_lock(hashtextextended(:name, 0))")
_RELEASE: Final = text("select pg_advisory_unlock(hashtextextended(:name, 0))")


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock of a database; whoever has the same name waits, or finds it taken."""

    name: str

    def take(self, connection: Connection) -> None:
        """Wait until it is free, and keep it until the transaction ends."""
        connection.execute(_TAKE, {"name": self.name})

    def share(self, connection: Connection) -> None:
        """Wait until no transaction has taken it, and keep others from it, those that share it aside, until the
        transaction ends."""
        connection.execute(_SHARE, {"name": self.name})

    @contextmanager
    def tried(self, engine: Engine) -> Iterator[bool]:
        """Whether it is free, without waiting; then kept through the block, whatever transactions there are in it.

        It belongs to a session of its own: a process that is killed lets go of it.
        """
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            free: bool = connection.execute(_TRY, {"name": self.name}).scalar_one()
            try:
                yield free
            finally:
                if free:
                    connection.execute(_RELEASE, {"name": self.name})


#: Two processes that start together migrate once, one after the other.
MIGRATION: Final = Lock("migration")
#: The archive's log is signed by one integrator at a time.
SIGNING: Final = Lock("signing")


def facts_of(source: str) -> Lock:
    """The facts of a source: taken by what writes them (a sync, an erasure), shared by effects that rest on them."""
    return Lock(f"facts:{source}")


def run_of(source: str) -> Lock:
    """The run of a source."""
    return Lock(f"run:{source}")


def occurrence(key: str) -> Lock:
    """An occurrence of the schedule, carried out by one scheduler."""
    return Lock(f"occurrence:{key}")


def ruleset(name: str) -> Lock:
    """The versions of a ruleset."""
    return Lock(f"ruleset:{name}")


def legal_hold(hold_id: int) -> Lock:
    """The lifting of a legal hold."""
    return Lock(f"legal_hold:{hold_id}")


def notes_of(source: str, customer: str) -> Lock:
    """The interest and compensation notes of a customer: issued one after the other, so that no two claim the same."""
    return Lock(f"notes:{source}:{customer}")


def advances_of(source: str, customer: str) -> Lock:
    """The advance invoices of a customer: taken off one after the other, so that none is taken off twice."""
    return Lock(f"advances:{source}:{customer}")


def sending_of(source: str) -> Lock:
    """The invoices of a source on their way into KSeF."""
    return Lock(f"ksef:{source}")
