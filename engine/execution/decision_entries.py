"""A customer's decisions for the archive: the facts that were read, what was decided, and by which version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from engine.decisions.explanation import verdict_json
from engine.decisions.model import Decision, Verdict
from engine.execution.entries import ExecutionEntry
from engine.facts.case import CustomerCase, Snapshot
from engine.ruleset.model import Ruleset, Subject

#: Bytes of personal data an entry may carry: its body must stay below 65,535 with base64 and the other fields.
_ROOM: Final = 40_000


def decision_entries(
    case: CustomerCase,
    ruleset: Ruleset,
    decisions: Sequence[Decision],
    reads: Mapping[Subject, Sequence[str]],
    *,
    source: str,
    run: int,
    at: datetime,
) -> Iterator[ExecutionEntry]:
    """The entries about one customer: one, or several numbered parts when it has hundreds of items.

    `reads`: the facts the ruleset reads, by subject. They are stored as columns: names once, then a row per snapshot.
    """
    public = {"as_of": case.customer.as_of.isoformat(), "decisions": [_public(decision) for decision in decisions]}
    ledger = ruleset.ledger_currency
    head = {
        "keys": [decision.key for decision in decisions],
        "customer": _row(case.customer, reads["customer"]),
        "customer_facts": list(reads["customer"]),
        "item_facts": list(reads["item"]),
        "pending": list(case.pending),
        "notified": {rule: day.isoformat() for rule, day in sorted(case.notified.items())},
        "verdicts": [
            [verdict_json(verdict, ledger) for verdict in _distinct(decision.verdicts)] for decision in decisions
        ],
    }
    items = [
        [snapshot.key, *_row(snapshot, reads["item"]), _line(case, index)] for index, snapshot in enumerate(case.items)
    ]
    parts = list(_parts(items, _ROOM - min(_ROOM // 2, _size(head))))
    for number, part in enumerate(parts, 1):
        yield ExecutionEntry(
            kind="decision:made",
            case=f"run:{run}",
            at=at,
            actor="monitum",
            role="engine",
            subject=f"{source}:{case.customer.key}",
            ruleset=ruleset.id,
            version=ruleset.version,
            public=public if number == 1 else {"part": number},
            personal={**(head if number == 1 else {}), "items": part, "part": [number, len(parts)]},
        )


def _public(decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind,
        "stage": decision.action.stage,
        "rules": list(decision.rules),
        "items": len(decision.items),
    }


def _row(snapshot: Snapshot, names: Iterable[str]) -> list[Any]:
    return [snapshot.facts[name] for name in names]


def _line(case: CustomerCase, index: int) -> list[Any]:
    line = case.lines[index]
    sent = [[stage, day.isoformat()] for stage, day in line.sent]
    return [
        line.document,
        line.currency,
        line.open_minor,
        line.original_minor,
        line.issue_date.isoformat(),
        line.due_date.isoformat(),
        sent,
        line.pending,
    ]


def _distinct(verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
    """A message over many items is explained once for each rule, by the item that weighs first."""
    seen: dict[str, Verdict] = {}
    for verdict in verdicts:
        seen.setdefault(verdict.rule, verdict)
    return tuple(seen.values())


def _size(data: object) -> int:
    return len(json.dumps(data, ensure_ascii=False).encode())


def _parts(items: list[list[Any]], room: int) -> Iterator[list[list[Any]]]:
    if _size(items) <= room:
        yield items
        return
    part: list[list[Any]] = []
    used = 0
    for item in items:
        size = _size(item) + 1
        if part and used + size > room:
            yield part
            part, used = [], 0
        part.append(item)
        used += size
    yield part
