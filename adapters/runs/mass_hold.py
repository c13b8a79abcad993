"""The brake on mass action: a run that would suspend unusually many customers waits for two people.

Most often such a run means that something is wrong with the books, such as a payment file that came empty. So
suspensions stay 'planned' until their run has ended and is known to be of the usual size.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import Connection, Row, text

from adapters.outbox.services import set_services
from engine.actions import KINDS, PLANNED
from engine.actions.services import ALL

#: So many customers a run may suspend whatever was usual before.
_ALWAYS: Final = 5
#: Times what was usual in the days before.
_TIMES: Final = 3
#: How far back the usual number is looked for.
LOOK_BACK: Final = timedelta(days=28)

_USUAL = text("""
select count(d.id) from run r left join decision d on d.run_id = r.id and d.kind = any(:planned)
where r.source = :source and r.status = 'done' and r.as_of >= :since and r.as_of < :as_of group by r.as_of
""")
#: Of all runs of the day, and what earlier runs that were never finished have left behind.
_WAITING = text("""
select distinct d.key, d.run_id, a.source, a.customer_key, a.kind, a.as_of, a.params -> 'services' as services,
       a.state
from action a join decision d on d.key = a.decision_key
where a.source = :source and a.kind = any(:planned) and (a.state = 'planned' or d.as_of = :as_of) order by d.key
""")
_HOLD = text("""
insert into mass_hold (run_id, suspensions, allowed, held_at)
select run, :suspensions, :allowed, :now from unnest(cast(:runs as bigint[])) as run on conflict do nothing
""")
_MOVE = text(
    "update action set state = :state, outcome = :outcome, not_before = :now, updated_at = :now "
    "where state = 'planned' and decision_key = any(:keys)"
)


def settle_suspensions(connection: Connection, run_id: int, source: str, as_of: date, now: datetime) -> str | None:
    """At the end of a run: let its suspensions be carried out, or keep them for two people. Returns why they wait."""
    waiting = connection.execute(_WAITING, {"source": source, "as_of": as_of, "planned": list(PLANNED)}).all()
    allowed = allowed_suspensions(connection, source, as_of)
    reason = unusual(len(waiting), allowed)
    if reason is None:
        _release(connection, [row for row in waiting if row.state == "planned"], now)
        return None
    runs = sorted({row.run_id for row in waiting if row.state == "planned" or row.run_id == run_id})
    connection.execute(_HOLD, {"runs": runs, "suspensions": len(waiting), "allowed": allowed, "now": now})
    keys = [row.key for row in waiting]
    connection.execute(_MOVE, {"state": "proposed", "outcome": reason, "now": now, "keys": keys})
    return reason


def allowed_suspensions(connection: Connection, source: str, as_of: date) -> int:
    """How many customers the runs of a day may suspend: 5, or three times the median of the 28 days before."""
    values = {"source": source, "as_of": as_of, "since": as_of - LOOK_BACK, "planned": list(PLANNED)}
    return allowed(connection.execute(_USUAL, values).scalars().all())


def allowed(counts: Sequence[int]) -> int:
    """How many customers a run may suspend after runs that suspended so many."""
    return max(_ALWAYS, int(_TIMES * median(counts))) if counts else _ALWAYS


def unusual(suspensions: int, most: int) -> str | None:
    """Why a run of so many suspensions waits for two people; None when it does not."""
    if suspensions <= most:
        return None
    return f"the run would suspend {suspensions} customers, more than {most}: two people have to approve"


def _release(connection: Connection, rows: list[Row[Any]], now: datetime) -> None:
    for row in rows:
        if desired := KINDS[row.kind].desired:
            set_services(
                connection, row.source, row.customer_key, desired, row.services or ALL, by=row.key, on=row.as_of
            )
    connection.execute(_MOVE, {"state": "ready", "outcome": None, "now": now, "keys": [row.key for row in rows]})
