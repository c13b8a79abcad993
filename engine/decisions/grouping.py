"""From verdicts to decisions: one message for all items of a customer with the same step and settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from engine.actions import KINDS
from engine.decisions.model import Decision, Verdict
from engine.facts.case import CustomerCase
from engine.ruleset.model import Ruleset

_ORDER = {kind: index for index, kind in enumerate(KINDS)}


def decisions(ruleset: Ruleset, case: CustomerCase, decided: Iterable[Verdict]) -> tuple[Decision, ...]:
    """The decisions of one customer by kind, stage and key. Items stand in due-date order, then by key."""
    groups: dict[tuple[object, ...], list[Verdict]] = {}
    for verdict in decided:
        groups.setdefault((verdict.subject, *_likeness(verdict)), []).append(verdict)
    due = {line.key: (line.due_date, line.key) for line in case.lines}
    made = [
        _decision(
            ruleset, case, sorted(group, key=lambda verdict: due[verdict.key]) if group[0].subject == "item" else group
        )
        for group in groups.values()
    ]
    made.sort(key=lambda one: (_ORDER[one.kind], ruleset.ladder.position(one.action.stage), one.key))
    return tuple(made)


def _likeness(verdict: Verdict) -> tuple[object, ...]:
    action = verdict.action
    return KINDS[action.kind].step(verdict.rule, action), tuple(sorted(action.params.items(), key=lambda pair: pair[0]))


def _decision(ruleset: Ruleset, case: CustomerCase, verdicts: Sequence[Verdict]) -> Decision:
    first = verdicts[0]
    kind = KINDS[first.action.kind]
    customer = case.customer
    items = tuple(verdict.key for verdict in verdicts if verdict.subject == "item")
    day = customer.as_of.isoformat()
    occurrence = f"{day}.{fingerprint(items)}" if kind.laddered else day
    step = kind.step(first.rule, first.action)
    fired = {verdict.rule for verdict in verdicts}
    return Decision(
        key=f"{customer.facts['source']}:{customer.key}:{ruleset.id}:{step}:{occurrence}",
        kind=kind.name,
        customer=customer.key,
        action=first.action,
        rules=tuple(rule.id for rule in ruleset.rules if rule.id in fired),
        items=items,
        ruleset=ruleset.id,
        version=ruleset.version,
        as_of=customer.as_of,
        verdicts=tuple(verdicts),
    )


def fingerprint(keys: Iterable[str]) -> str:
    """16 hex digits that name a set of item keys, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(keys)).encode()).hexdigest()[:16]
