"""The dispatcher: claims due actions, prepares them, and lets their effects happen once their intent is on record.

Order of every effect: facts re-read and message rendered -> intent entry and exact bytes committed -> intent covered by
a signed checkpoint -> state 'sending' committed -> effect -> outcome entry and final state committed together.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from adapters.queue.executors import internal, reminder, webhook
from adapters.queue.office import Moment, Office
from adapters.queue.outbox import Claimed, claim, move, narrow, reap, retry_at
from adapters.queue.planning import DESIRED
from adapters.queue.preparation import Dropped, Later, Preparation, Ready
from adapters.queue.services import confirm_services, withdraw_services
from archive.entry import NewEntry
from engine.errors import AdapterError, EffectUnknown, MonitumError

_EXECUTORS: Final[Mapping[str, Callable[[Connection, Office, Claimed, Moment], Preparation]]] = {
    "email": reminder.prepare,
    "internal": internal.prepare,
    "webhook": webhook.prepare,
}
#: The database is gone: no action is to blame, and its lease lets another worker try.
_NOT_ITS_FAULT: Final = (SQLAlchemyError, psycopg.Error)
_LOG: Final = logging.getLogger(__name__)


class FactsChanged(MonitumError):
    """Facts changed between rendering and sending; the action is prepared anew."""

    code = "facts_changed"


class ClaimLost(MonitumError):
    """Another worker took the action over."""

    code = "claim_lost"


@dataclass(frozen=True, slots=True)
class _Prepared:
    action: Claimed
    ready: Ready
    intent: int
    facts_at: datetime | None


def dispatch(office: Office, moment: Moment, *, limit: int = 20, source: str = "") -> Counter[str]:
    """One round: take up to `limit` due actions and see each to its end or its next try. Returns states reached."""
    reached: Counter[str] = Counter()
    with office.engine.begin() as connection:
        for action in reap(connection, moment.now):
            reached["unknown"] += 1
            office.archive.append(connection, [_entry("action:unknown", action, moment.now, "the worker died")])
        claimed = claim(connection, office.owner, moment.now, moment.day, limit=limit, source=source)
    prepared = [made for action in claimed if (made := _prepare(office, action, moment, reached))]
    if prepared:
        office.archive.integrate()
    for made in prepared:
        reached[_perform(office, made, moment)] += 1
    return reached


def drain(
    office: Office,
    moment: Callable[[], Moment],
    *,
    source: str = "",
    progress: Callable[[int, int | None], None] | None = None,
) -> Counter[str]:
    """Rounds until nothing is due; each at its own moment."""  # fmt: skip
    reached: Counter[str] = Counter()
    while round_ := dispatch(office, moment(), source=source):
        reached.update(round_)
        if progress:
            progress(sum(reached.values()), None)
    office.archive.integrate()
    return reached


def _prepare(office: Office, action: Claimed, moment: Moment, reached: Counter[str]) -> _Prepared | None:
    """Prepare in one transaction that keeps a sync of the source out; None when there is nothing to perform."""
    try:
        with office.engine.begin() as connection:
            facts_at = _freeze(connection, action.source)
            result = _EXECUTORS[action.channel](connection, office, action, moment)
            if isinstance(result, Ready):
                return _Prepared(action, result, _intend(connection, office, action, result, moment), facts_at)
            reached[_put_aside(connection, office, action, result, moment)] += 1
    except ClaimLost:
        reached["lost"] += 1
    except MonitumError as error:
        reached[_finish(office, action, "held", moment, str(error))] += 1
    except _NOT_ITS_FAULT:
        raise
    except Exception as error:  # noqa: BLE001  one action that breaks the program must not stop all behind it
        reached[_finish(office, action, "held", moment, _bug(action, error))] += 1
    return None


def _intend(connection: Connection, office: Office, action: Claimed, ready: Ready, moment: Moment) -> int:
    """Store the exact bytes and the intent; returns the entry. Raises ClaimLost."""
    digest = office.archive.store_content(connection, ready.content, ready.media_type)
    entry = _entry("action:intended", action, moment.now, documents={digest: ready.media_type})
    intent: int = office.archive.append(connection, [entry])[0]
    if not move(connection, action, "claimed", office.clock(), message_hash=digest):
        raise ClaimLost
    return intent


def _freeze(connection: Connection, source: str) -> datetime | None:
    """Keep syncs of the source waiting until this transaction ends; returns when its facts changed last."""
    connection.execute(
        text("select pg_advisory_xact_lock_shared(hashtextextended(:key, 0))"), {"key": f"sync:{source}"}
    )
    changed: datetime | None = connection.execute(
        text("select changed_at from source where key = :source"), {"source": source}
    ).scalar()
    return changed


def _put_aside(connection: Connection, office: Office, action: Claimed, result: Dropped | Later, moment: Moment) -> str:
    if isinstance(result, Later):
        move(connection, action, "ready", moment.now, outcome=result.reason, not_before=result.until)
        return "deferred"
    if move(connection, action, "cancelled", moment.now, outcome=result.reason):
        office.archive.append(connection, [_entry("action:cancelled", action, moment.now, result.reason)])
        if desired := DESIRED.get(action.kind):
            withdraw_services(
                connection, action.source, action.customer, desired, by=action.decision_key, on=moment.day
            )
    return "cancelled"


def _perform(office: Office, made: _Prepared, moment: Moment) -> str:
    action = made.action
    sending = False

    def before() -> None:
        """Commit 'sending' while the facts the message was written from still stand."""
        nonlocal sending
        with office.engine.begin() as connection:
            if _freeze(connection, action.source) != made.facts_at:
                raise FactsChanged
            if not move(connection, action, "sending", office.clock()):
                raise ClaimLost
            if made.ready.items:
                narrow(connection, action, made.ready.items)
        sending = True

    if not office.archive.covered([made.intent]):
        return _again(office, action, moment, "the intent was not in a signed checkpoint yet", failed=False)
    try:
        made.ready.perform(before)
    except MonitumError as error:
        return _after(office, action, moment, error)
    except _NOT_ITS_FAULT:
        raise
    except Exception as error:  # noqa: BLE001  as in _prepare
        return _finish(office, action, "unknown" if sending else "held", moment, _bug(action, error))
    return _finish(office, action, "done", moment, made.ready.done_outcome)


def _bug(action: Claimed, error: Exception) -> str:
    """What a person is told of an error nobody foresaw; the log has all of it."""
    _LOG.error("action %s", action.key, exc_info=error)
    return f"{type(error).__name__}: {error}"


def _after(office: Office, action: Claimed, moment: Moment, error: MonitumError) -> str:
    """What becomes of an action whose effect did not happen, or of which nobody knows."""
    if isinstance(error, ClaimLost):
        return "lost"
    if isinstance(error, FactsChanged):
        return _again(office, action, moment, "facts changed", failed=False)
    if isinstance(error, AdapterError) and not isinstance(error, EffectUnknown) and not error.permanent:
        return _again(office, action, moment, str(error), failed=True)
    state = "unknown" if isinstance(error, EffectUnknown) else "failed" if isinstance(error, AdapterError) else "held"
    return _finish(office, action, state, moment, str(error))


def _again(office: Office, action: Claimed, moment: Moment, reason: str, *, failed: bool) -> str:
    """Back to ready: at once, or after a back-off; on hold when it was tried often enough."""
    until = retry_at(action, moment.now, random.random()) if failed else None  # noqa: S311  jitter, not a secret
    if failed and until is None:
        return _finish(office, action, "held", moment, f"given up after {action.attempts + 1} tries: {reason}")
    with office.engine.begin() as connection:
        move(connection, action, "ready", moment.now, outcome=reason, not_before=until, failed_attempt=failed)
    return "retry"


def _finish(office: Office, action: Claimed, state: str, moment: Moment, outcome: str) -> str:
    """Final state and outcome entry in one transaction."""
    with office.engine.begin() as connection:
        done_on = moment.day if state == "done" else None
        if not move(connection, action, state, moment.now, outcome=outcome, done_on=done_on):
            return "lost"
        office.archive.append(connection, [_entry(f"action:{state}", action, moment.now, outcome)])
        if state == "done" and action.channel == "webhook":
            confirm_services(connection, action.source, action.customer, by=action.decision_key)
    return state


def _entry(
    kind: str, action: Claimed, at: datetime, outcome: str | None = None, documents: Mapping[str, str] | None = None
) -> NewEntry:
    return NewEntry(
        kind=kind, case=f"action:{action.id}", at=at, actor="monitum", role="worker", action=action.key,
        subject=f"{action.source}:{action.customer}", documents=documents or {},
        # What a mail server says may hold an address, so only the customer's key opens it.
        personal={"outcome": outcome} if outcome else None,
        public={"kind": action.kind, "stage": action.stage or "", "channel": action.channel},
    )  # fmt: skip
