"""Suspend: the customer's services stop until it is reinstated."""

from __future__ import annotations

from typing import Final

from engine.actions.kind import ActionKind
from engine.actions.services import ALL, PARAMETERS, routes
from engine.facts.case import CustomerCase
from engine.ruleset.model import ActionSpec
from engine.ruleset.outcome import DECIDED, NO_OP, PENDING, Outcome


def _outcome(_rule: str, action: ActionSpec, case: CustomerCase) -> Outcome:
    """A suspended customer is not suspended again, unless the rule names services: others of its may still run."""
    if SUSPEND.name in case.pending:
        return PENDING
    return NO_OP if case.customer.facts["suspended"] and action.params.get("services", ALL) == ALL else DECIDED


SUSPEND: Final = ActionKind(
    name="suspend",
    subjects=("customer",),
    label={"pl": "wstrzymaj usługi", "en": "suspend services"},
    routes=routes(staff="suspension", notice="suspension_notice"),
    parameters=PARAMETERS,
    adverse=True,
    contact=True,
    desired="suspended",
    first_state="planned",
    outcome=_outcome,
    reads=("suspended",),
)
