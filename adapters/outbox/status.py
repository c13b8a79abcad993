"""The state of execution: what waits and for how long, what is stuck, which targets rest, what is not signed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.facts.doubts import doubt_counts
from engine.execution.states import TOLERATED

#: An effect that takes longer than this is shown: its worker may be dead, and then it is not known what happened.
DOUBTFUL: Final = timedelta(seconds=30)
#: Since when an action could have been carried out.
_DUE_SINCE: Final = "greatest(coalesce(not_before, created_at), as_of::timestamp at time zone 'UTC')"

_STATUS = text("""
select source, kind, channel, state, count(*) as count, min(created_at) as oldest from action
group by source, kind, channel, state order by source, kind, channel, state
""")
_STUCK = text("""
select id, key, state, attempts + deaths as tries, outcome, updated_at as since from action
where state in ('failed', 'unknown', 'held') or (state = 'sending' and updated_at < :doubtful) order by id limit 200
""")
_TARGETS = text("""
select target, failures, since, case when rests_until > :now then rests_until end as rests_until, reason
from target_rest where failures > 0 order by target
""")
# What a stopped worker holds is due too: its lease has ended and it was not taken back.
_OLDEST = text(f"""
select min({_DUE_SINCE}) from action where as_of <= :day and (
    (state = 'ready' and (not_before is null or not_before <= :now))
    or (state in ('claimed', 'sending') and lease_until < :now))
""")
_UNKNOWN = text(
    "select min(updated_at) from action where state = 'unknown' or (state = 'sending' and updated_at < :doubtful)"
)
_UNSIGNED = text("""
select count(*), min(e.recorded_at) from archive_pending p join archive_entry e on e.id = p.entry_id
""")


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """`states`: rows by source, kind, channel and state. `need_a_person`: failed, held, of unknown effect, or being
    sent for suspiciously long; the 200 oldest. `targets`: those that failed lately. Ages in seconds; None: there is
    nothing of that sort. `unsigned`: entries of the archive that no checkpoint covers. `books`: by source, `rows` in
    quarantine and `customers` whose books are in doubt."""

    states: Sequence[Mapping[str, Any]]
    need_a_person: Sequence[Mapping[str, Any]]
    targets: Sequence[Mapping[str, Any]]
    oldest_due_seconds: int | None
    oldest_unknown_seconds: int | None
    unsigned: int
    oldest_unsigned_seconds: int | None
    books: Sequence[Mapping[str, Any]] = ()


def actions_by_state(connection: Connection) -> list[Mapping[str, Any]]:
    """Actions by source, kind, channel and state, with the oldest of each."""
    return [dict(row) for row in connection.execute(_STATUS).mappings()]


def outbox_status(connection: Connection, now: datetime, day: date) -> OutboxStatus:
    """The state of execution at a moment of a business day."""
    values = {"now": now, "day": day, "doubtful": now - DOUBTFUL}
    unsigned, oldest_unsigned = connection.execute(_UNSIGNED).one()
    return OutboxStatus(
        states=actions_by_state(connection),
        need_a_person=[dict(row) for row in connection.execute(_STUCK, values).mappings()],
        targets=[_target(dict(row)) for row in connection.execute(_TARGETS, values).mappings()],
        oldest_due_seconds=_age(connection.execute(_OLDEST, values).scalar(), now),
        oldest_unknown_seconds=_age(connection.execute(_UNKNOWN, values).scalar(), now),
        unsigned=unsigned,
        oldest_unsigned_seconds=_age(oldest_unsigned, now),
        books=doubt_counts(connection),
    )


def _target(row: dict[str, Any]) -> Mapping[str, Any]:
    """`state`: 'rests', 'tried' (it has rested and the next action tries it) or 'failing' (not often enough yet)."""
    state = "rests" if row["rests_until"] else "tried" if row["failures"] >= TOLERATED else "failing"
    return {"target": row.pop("target"), "state": state, **row}


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))
