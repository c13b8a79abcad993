"""What was done before, as facts: stages, notice, last contact. One truth for snapshots, replay and supplied cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from engine.facts.catalogue import CustomerCase, ItemLine, Snapshot
from engine.facts.legal import CaseLaw, Contact
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ladder

#: Stages sent for an item as (stage, day), oldest first.
Sent: TypeAlias = Sequence[tuple[str, date]]


def stage_facts(sent: Sent, ladder: Ladder, as_of: date) -> dict[str, FactValue]:
    """`stage` and `days_in_stage` of an item: the highest stage sent, and the days since the last sending.

    Stages that the ladder does not have (of an earlier ruleset) count as not sent, here as on the ladder.
    """
    steps = [(position, day) for stage, day in sent if (position := ladder.position(stage)) >= 0]
    if not steps:
        return {"stage": None, "days_in_stage": None}
    highest = ladder.stages[max(position for position, _ in steps)].name
    return {"stage": highest, "days_in_stage": (as_of - max(day for _, day in steps)).days}


def notice_facts(
    items: Iterable[Snapshot], lines: Iterable[ItemLine], ladder: Ladder, as_of: date
) -> dict[str, FactValue]:
    """`notice_delivered`, `days_since_notice` and from when services may be cut, from a customer's items and their
    lines (same order).

    Delivered: the ladder's notice stage was sent for an item that is still overdue; days count from the earliest.
    """
    noticed = [
        (day, line.cut_from)
        for item, line in zip(items, lines, strict=True)
        for stage, day in line.sent
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
    """`days_since_contact` and `days_since_contact_allowed` of a customer, from all messages to him."""
    again = law.contact_from(contacts) if law else None
    return {
        "days_since_contact": (as_of - max(contact.day for contact in contacts)).days if contacts else None,
        "days_since_contact_allowed": None if again is None else (as_of - again).days,
    }


def with_history(
    case: CustomerCase,
    ladder: Ladder,
    *,
    sent: Mapping[str, Sent],
    pending_items: Mapping[str, str],
    pending: tuple[str, ...],
    notified: Mapping[str, date],
    contacts: Sequence[Contact],
) -> CustomerCase:
    """The case with what was done laid over lines and facts, in place of what they said before.

    sent: item key -> (stage, day), oldest first. pending_items: item key -> stage decided and not finished. pending:
    action kinds decided for the customer and not finished. notified: rule id -> day of its last notification.
    contacts: the messages to the customer, on any channel.
    """
    as_of = case.customer.as_of
    lines = tuple(_line(line, sent, pending_items, ladder, case.law) for line in case.lines)
    shared = notice_facts(case.items, lines, ladder, as_of) | contact_facts(contacts, case.law, as_of)
    items = tuple(
        _overlaid(item, shared | stage_facts(line.sent, ladder, as_of))
        for item, line in zip(case.items, lines, strict=True)
    )
    return replace(
        case,
        customer=_overlaid(case.customer, shared),
        items=items,
        lines=lines,
        pending=pending,
        notified=dict(notified),
    )


def _line(
    line: ItemLine, sent: Mapping[str, Sent], pending: Mapping[str, str], ladder: Ladder, law: CaseLaw | None
) -> ItemLine:
    steps = tuple(sent.get(line.key, ()))
    cuts = [law.cut_from(line.due_date, day) for stage, day in steps if stage == ladder.notice] if law else ()
    return replace(
        line,
        sent=steps,
        pending=pending.get(line.key),
        cut_from=min((day for day in cuts if day is not None), default=None),
    )


def _overlaid(snapshot: Snapshot, facts: Mapping[str, FactValue]) -> Snapshot:
    return Snapshot(snapshot.subject, snapshot.key, snapshot.customer, snapshot.as_of, {**snapshot.facts, **facts})
