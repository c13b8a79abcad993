"""What the world saw against what the database says: the demands every drill of execution makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row

from adapters.crm.events import event_id
from adapters.delivery.message import message_id
from tests.drills.fleet import Death
from tests.drills.report import Report
from tests.drills.sinks import lines
from tests.drills.site import Site

_DOMAIN: Final = "monitum.example"
#: An outcome without an intent before it, or an intent that no signed checkpoint covered when the effect began.
_WITHOUT_ORDER: Final = """
select a.id from action a where a.state = 'done' and not exists (
    select from archive_entry i join archive_leaf li on li.entry_id = i.id,
                archive_entry o join archive_leaf lo on lo.entry_id = o.id
    where i.case_ref = 'action:' || a.id and i.kind = 'action:intended'
      and o.case_ref = 'action:' || a.id and o.kind = 'action:done' and li.seq < lo.seq)
"""
_DOUBLY_DONE: Final = """
select case_ref from archive_entry where kind = 'action:done' group by case_ref having count(*) > 1
"""
#: For each death, what the dead held, and when it was claimed next: the newest note before it names the dead as owner.
_TAKEN_OVER: Final = """
with death as (select * from unnest(cast(:owners as text[]), cast(:moments as timestamptz[])) as d (owner, died)),
held as (
    select d.died, last.action_id, last.state, last.n from death d cross join lateral (
        select distinct on (j.action_id) j.* from drill_journal j
        where j.action_id in (select action_id from drill_journal where owner = d.owner) and j.at <= d.died
        order by j.action_id, j.n desc) last
    where last.owner = d.owner and last.state in ('claimed', 'sending')
)
select held.state, held.action_id, extract(epoch from claimed.at - held.died)::float8 as seconds from held
cross join lateral (select j.n, j.state from drill_journal j where j.action_id = held.action_id and j.n > held.n
                    order by j.n limit 1) next
left join lateral (select j.at from drill_journal j where j.action_id = held.action_id and j.n > next.n
                   and j.state = 'claimed' order by j.n limit 1) claimed on true
where next.state = 'ready'
"""


def takeovers(site: Site, deaths: Sequence[Death]) -> Sequence[Row[Any]]:
    """What dead workers held: state then, action and seconds until it was claimed anew (None: it was not)."""
    moments = [datetime.fromtimestamp(death.at, UTC) for death in deaths]
    return site.rows(_TAKEN_OVER, owners=[death.owner for death in deaths], moments=moments)


def judge(site: Site, report: Report) -> None:
    """Hold the logs of mail server and CRM against the outbox and the archive, and look at what people are shown."""
    judge_effects(site, report)
    report.figure("archive", site.monitum("archive", "verify").strip().splitlines()[-1])
    _listed(site, report)


def judge_effects(site: Site, report: Report) -> None:
    """Hold the logs of mail server and CRM against the outbox and the log of the archive."""
    actions = site.rows("select id, key, channel, state from action")
    mails = Counter(line["id"] for line in lines(site.mails))
    calls = lines(site.calls)
    took = Counter(call["id"] for call in calls if call["signed"] and not call["repeated"])
    mail_of = {message_id(action.key, _DOMAIN): action for action in actions if action.channel != "webhook"}
    call_of = {event_id(action.key): action for action in actions if action.channel == "webhook"}
    done = {id_: action for id_, action in (mail_of | call_of).items() if action.state == "done"}

    report.figure("actions", ", ".join(f"{count} {state}" for state, count in sorted(site.counts().items())))
    report.figure(
        "mails taken; webhooks taken, repeated", f"{mails.total()}; {took.total()}, {len(calls) - took.total()}"
    )
    unknown = [id_ for id_, action in mail_of.items() if action.state == "unknown"]
    report.figure(
        "mails not known to be delivered; of those, taken", f"{len(unknown)}; {sum(mails[id_] for id_ in unknown)}"
    )
    report.demand(
        "no action is lost: what is done was taken outside",
        [action.key for id_, action in done.items() if not mails[id_] + took[id_]],
    )
    report.demand(
        "nothing is left over",
        [action.key for action in actions if action.state in {"ready", "claimed", "sending", "planned"}],
    )
    report.demand("no mail was taken twice", [id_ for id_, count in mails.items() if count > 1])
    report.demand("no webhook had two effects", [id_ for id_, count in took.items() if count > 1])
    report.demand(
        "nothing happened that nobody decided", [id_ for id_ in [*mails, *took] if id_ not in mail_of | call_of]
    )
    report.demand(
        "what was cancelled or held did not happen",
        [
            action.key
            for id_, action in (mail_of | call_of).items()
            if action.state in {"cancelled", "held", "failed"} and mails[id_] + took[id_]
        ],
    )
    report.demand(
        "every webhook was signed, none was stale",
        [call["id"] for call in calls if not call["signed"] or call["stale"]],
    )
    report.demand(
        "every done action has its intent in the log before its outcome", [row.id for row in site.rows(_WITHOUT_ORDER)]
    )
    report.demand("no action was done twice in the log", [row.case_ref for row in site.rows(_DOUBLY_DONE)])


def _listed(site: Site, report: Report) -> None:
    """What needs a person is shown to one; the list is cut at 200, the counts are not."""
    status = site.status()
    listed = {row["id"] for row in status["need_a_person"]}
    stuck = {row.id for row in site.rows("select id from action where state in ('unknown', 'held', 'failed')")}
    counted = sum(row["count"] for row in status["states"] if row["state"] in {"unknown", "held", "failed"})
    report.demand("all that needs a person is counted by `monitum outbox status`", counted == len(stuck))
    report.demand("and listed, up to 200", len(listed & stuck) == min(len(stuck), 200))
