"""What was done before, as facts: stages, notice, last contact. One truth for snapshots, replay and supplied cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeAlias

from engine.facts.case import CaseItem, CustomerCase
from engine.facts.legal import CaseLaw, Contact
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ladder

#: Stages sent for an item as (stage, day), oldest first.
Sent: TypeAlias = Sequence[tuple[str, date]]


@dataclass(frozen=True, slots=True)
class History:
    """What was done for a customer, and what is decided and not finished.

    sent: item key -> (stage, day), oldest first. contacts: the messages to the customer, on any channel. pending_items:
    item key -> stage decided and not finished. pending: action kinds decided for the customer and not finished.
    notified: rule id -> day of its last notification.
    """

    sent: Mapping[str, Sent] = field(default_factory=dict)
    contacts: Sequence[Contact] = ()
    pending_items: Mapping[str, str] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    notified: Mapping[str, date] = field(default_factory=dict)


NOTHING_DONE: Final = History()


def stage_facts(sent: Sent, ladder: Ladder, as_of: date) -> dict[str, FactValue]:
    """`stage` and `days_in_stage` of an item: the highest stage sent, and the days since the last sending.

    Stages that the ladder does not have, under no name, count as not sent, here as on the ladder.
    """
    steps = [(position, day) for stage, day in sent if (position := ladder.position(stage)) >= 0]
    if not steps:
        return {"stage": None, "days_in_stage": None}
    highest = ladder.stages[max(position for position, _ in steps)].name
    return {"stage": highest, "days_in_stage": (as_of - max(day for _, day in steps)).days}


def notice_facts(items: Iterable[CaseItem], ladder: Ladder, as_of: date) -> dict[str, FactValue]:
    """`notice_delivered`, `days_since_notice` and from when services may be cut, from a customer's open items.

    Delivered: the ladder's notice stage was sent for an item that is still overdue; days count from the earliest.
    """
    noticed = [
        (day, item.line.cut_from)
        for item in items
        for stage, day in item.line.sent
        if stage == ladder.notice and int(item.facts["days_past_due"] or 0) > 0
    ]
    cut = min((day for _, day in noticed if day is not None), default=None)
    return {
        "notice_delivered": bool(noticed),
        "days_since_notice": (as_of - min(day for day, _ in noticed)).days if noticed else None,
        "suspension_earliest": None if cut is None else cut.toordinal(),
        "days_since_suspension_allowed": None if cut is None else (as_of - cut).days,
    }


def contact_facts(contacts: Sequence[Contact], law: CaseLaw | None, as_of: date) -> dict[str, FactValue]:
    """`days_since_contact` and `days_since_contact_allowed` of a customer, from all messages to it."""
    again = law.contact_from(contacts) if law else None
    return {
        "days_since_contact": (as_of - max(contact.day for contact in contacts)).days if contacts else None,
        "days_since_contact_allowed": None if again is None else (as_of - again).days,
    }


def with_history(case: CustomerCase, ladder: Ladder, history: History) -> CustomerCase:
    """The case with what was done in place of what its lines and facts said before."""
    items = tuple(_item(item, case, ladder, history) for item in case.open_items)
    told = replace(case, open_items=items, pending=history.pending, notified=dict(history.notified))
    return told.with_facts(
        notice_facts(items, ladder, case.as_of) | contact_facts(history.contacts, case.law, case.as_of)
    )


def _item(item: CaseItem, case: CustomerCase, ladder: Ladder, history: History) -> CaseItem:
    line, law = item.line, case.law
    sent = tuple([(ladder.current(stage), day) for stage, day in history.sent.get(line.key, ())])
    cuts = [law.cut_from(line.due_date, day) for stage, day in sent if stage == ladder.notice] if law else ()
    told = line._replace(
        sent=sent,
        pending=history.pending_items.get(line.key),
        cut_from=min((day for day in cuts if day is not None), default=None),
    )
    return CaseItem(told, item.facts | stage_facts(sent, ladder, case.as_of))
