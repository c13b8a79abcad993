"""The rules of an action's states, the same for every store.

ready -> claimed -> sending -> done | failed | unknown | cancelled | held; proposed -> ready | cancelled. A claim is
fenced by owner and epoch and ends with its lease; what becomes of it then is `after_death`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from engine.execution.action import ClaimedAction

#: How long a claim is good for; a worker that dies is taken over after it.
LEASE: Final = timedelta(seconds=30)
#: The same while an effect happens: longer than a mail server or an endpoint may take to answer.
SENDING_LEASE: Final = timedelta(minutes=2)
#: Tries, and workers that died over it, before an action is put on hold for a person to look at.
MAX_ATTEMPTS: Final = 8
#: Workers that died with an action in hand, from which on it is claimed alone: the others are not to die of it.
SUSPECT: Final = 2
_FIRST_RETRY: Final = timedelta(seconds=30)
#: Failures of a target in a row before it is left alone for a while.
TOLERATED: Final = 5
_FIRST_REST: Final = timedelta(minutes=1)
_LONGEST_REST: Final = timedelta(minutes=30)
#: States in which a worker holds an action.
HELD_BY_WORKER: Final = ("claimed", "sending")


def lease_end(state: str, now: datetime) -> datetime | None:
    """Until when a worker may keep an action in a state; None when no worker holds it."""
    if state not in HELD_BY_WORKER:
        return None
    return now + (SENDING_LEASE if state == "sending" else LEASE)


def retry_at(action: ClaimedAction, now: datetime, spread: float) -> datetime | None:
    """When to try again: exponential with full jitter (`spread` in 0..1); None when it was tried often enough."""
    if action.attempts + action.deaths + 1 >= MAX_ATTEMPTS:
        return None
    longest: timedelta = _FIRST_RETRY * int(2**action.attempts)
    return now + longest * spread + timedelta(seconds=1)


class AfterDeath(NamedTuple):
    """What becomes of an action whose worker died: its state, why, its failed tries and its deaths."""

    state: str
    outcome: str
    attempts: int
    deaths: int


def after_death(state: str, channel: str, attempts: int, deaths: int) -> AfterDeath:
    """A claimed action may be tried again. One that was being sent by mail is 'unknown', since it may have left or
    not; a webhook carries its id and may safely be sent again. What kills every worker ends on hold."""
    if state == "sending" and channel != "webhook":
        return AfterDeath("unknown", "the worker died while sending", attempts, deaths)
    attempts, deaths = (attempts + 1, deaths) if state == "sending" else (attempts, deaths + 1)
    if attempts + deaths >= MAX_ATTEMPTS:
        return AfterDeath(
            "held", f"given up after {attempts + deaths} tries: the worker died over it", attempts, deaths
        )
    return AfterDeath("ready", "the worker died", attempts, deaths)


def rest_until(failures: int, now: datetime) -> datetime | None:
    """Until when a target rests after so many failures in a row: a minute at first, then twice as long each time."""
    if failures < TOLERATED:
        return None
    return now + min(_LONGEST_REST, _FIRST_REST * int(2 ** min(failures - TOLERATED, 10)))
