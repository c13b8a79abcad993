"""Erasing customers: on request, on the day that a refused request waited for, and again after a restore.

`scrub` takes what was erased out of the files of the server as well, where that is wanted or always done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol, TypeAlias

from app.usecases.customers import Directory, source_of
from archive.erasure.erasure import Erasure, ErasureRequest

Scrub: TypeAlias = Callable[[], None]

_DORMANT = "nothing has to be kept any more"


class Erasures(Protocol):
    """Erasing out of the database, the archive and the journal beside the keys."""

    def erase(self, source: str, customer: str, *, by: str, reason: str, at: datetime, today: date) -> Erasure:
        """Erase a customer, or record why not and until when. Raises NotFound, InvalidInput, Conflict."""
        ...

    def run(self, *, at: datetime, today: date) -> Sequence[Erasure]:
        """Do what waits and is due."""
        ...

    def dormant(self, today: date) -> Sequence[tuple[str, str]]:
        """Source and key of customers of which nothing has to be kept and which have no service. Raises Conflict."""
        ...

    def replay(self, *, at: datetime) -> Sequence[Erasure]:
        """Erase again what the journal says. Raises ArchiveBroken."""
        ...

    def list(self) -> Sequence[ErasureRequest]:
        """Requests and erasures, waiting ones first."""
        ...


def erase_customer(
    erasures: Erasures,
    directory: Directory,
    customer: str,
    source: str | None,
    *,
    by: str,
    reason: str,
    at: datetime,
    today: date,
    scrub: Scrub,
) -> Erasure:
    """Erase a customer, or record that the law or a hold refuses it and until when.

    Raises NotFound, AmbiguousCustomer, InvalidInput naming the field, Conflict.
    """
    done = erasures.erase(source_of(directory, customer, source), customer, by=by, reason=reason, at=at, today=today)
    _scrubbed([done], scrub)
    return done


def erase_due(erasures: Erasures, *, at: datetime, today: date, scrub: Scrub) -> Sequence[Erasure]:
    """Do the requests whose day has come; those done. Raises Conflict."""
    return _scrubbed(erasures.run(at=at, today=today), scrub)


def erase_dormant(erasures: Erasures, *, at: datetime, today: date, scrub: Scrub) -> Sequence[Erasure]:
    """Erase every dormant customer; those erased: a hold refuses some. Raises Conflict."""
    asked = [
        erasures.erase(source, customer, by="monitum", reason=_DORMANT, at=at, today=today)
        for source, customer in erasures.dormant(today)
    ]
    return _scrubbed([one for one in asked if one.done], scrub)


def erase_again(erasures: Erasures, *, at: datetime, scrub: Scrub) -> Sequence[Erasure]:
    """Erase again what the journal says, after a restore to a state before. Raises ArchiveBroken, Conflict."""
    done = erasures.replay(at=at)
    scrub()
    return done


def erasure_requests(erasures: Erasures, *, due_on: date | None = None) -> Sequence[ErasureRequest]:
    """Requests and erasures, waiting ones first; with a day, only requests that are due on it."""
    found = erasures.list()
    if due_on is None:
        return found
    return [request for request in found if request.waits_until(due_on)]


def _scrubbed(asked: Sequence[Erasure], scrub: Scrub) -> Sequence[Erasure]:
    if any(one.done for one in asked):
        scrub()
    return asked
