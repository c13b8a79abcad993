"""Notify: a member of the staff is told; the customer is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from engine.actions.kind import STAFF, ActionKind, ActionParameter, Route, listed
from engine.facts.case import CustomerCase
from engine.ruleset.model import ActionSpec
from engine.ruleset.outcome import DECIDED, PENDING, Outcome

_AGAIN_AFTER: Final = 30


def _outcome(rule: str, action: ActionSpec, case: CustomerCase) -> Outcome:
    """Told once, the same rule is silent for `again_after` days."""
    if NOTIFY.name in case.pending:
        return PENDING
    last = case.notified.get(rule)
    if last is None:
        return DECIDED
    again = last + timedelta(days=int(str(action.params.get("again_after", _AGAIN_AFTER))))
    return Outcome("waiting", until=again) if case.customer.as_of < again else DECIDED


def _routes(action: ActionSpec, _webhook: bool) -> Iterator[Route]:  # noqa: FBT001  as Routes has it
    yield Route("internal", {"who": listed(action, "who", STAFF[:1]), "wording": str(action.params["wording"])})


def _step(rule: str, action: ActionSpec) -> str:
    return f"{action.kind}.{rule}"


NOTIFY: Final = ActionKind(
    name="notify",
    subjects=("item", "customer"),
    label={"pl": "powiadom", "en": "notify"},
    routes=_routes,
    parameters={
        "who": ActionParameter("list", {"pl": "adresat", "en": "to"}, required=True, choices=STAFF),
        "wording": ActionParameter("name", {"pl": "wzór", "en": "wording"}, required=True),
        "again_after": ActionParameter(
            "days", {"pl": "ponownie najwcześniej za", "en": "again after"}, default=_AGAIN_AFTER
        ),
    },
    outcome=_outcome,
    step=_step,
)
