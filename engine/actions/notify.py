"""Notify: somebody in the house is told; the customer is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from engine.actions.kind import STAFF, ActionKind, Parameter
from engine.facts.catalogue import CustomerCase
from engine.ruleset.model import ActionSpec
from engine.ruleset.outcome import DECIDED, PENDING, Outcome

_AGAIN_AFTER: Final = 30


def _outcome(rule: str, action: ActionSpec, case: CustomerCase) -> Outcome:
    """Told once, the same rule is silent for `again_after` days."""
    if "notify" in case.pending:
        return PENDING
    last = case.notified.get(rule)
    if last is None:
        return DECIDED
    again = last + timedelta(days=int(str(action.params.get("again_after", _AGAIN_AFTER))))
    return Outcome("waiting", until=again) if case.customer.as_of < again else DECIDED


def _step(rule: str, _action: ActionSpec) -> str:
    return f"notify.{rule}"


NOTIFY: Final = ActionKind(
    name="notify",
    subjects=("item", "customer"),
    label={"pl": "powiadom", "en": "notify"},
    parameters={
        "who": Parameter("list", required=True, choices=STAFF),
        "wording": Parameter("name", required=True),
        "again_after": Parameter("days", default=_AGAIN_AFTER),
    },
    outcome=_outcome,
    step=_step,
)
