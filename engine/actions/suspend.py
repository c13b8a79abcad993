"""Suspend: the customer's services stop until he is reinstated."""

from __future__ import annotations

from typing import Final

from engine.actions.kind import CUSTOMER, STAFF, ActionKind, Parameter
from engine.facts.catalogue import CustomerCase
from engine.ruleset.model import ActionSpec
from engine.ruleset.outcome import DECIDED, NO_OP, PENDING, Outcome


def _outcome(_rule: str, action: ActionSpec, case: CustomerCase) -> Outcome:
    """Who is suspended is not suspended again, unless the rule names services: others of his may still run."""
    if "suspend" in case.pending:
        return PENDING
    return NO_OP if case.customer.facts["suspended"] and action.params.get("services", "all") == "all" else DECIDED


SUSPEND: Final = ActionKind(
    name="suspend",
    subjects=("customer",),
    label={"pl": "wstrzymaj usługi", "en": "suspend services"},
    parameters={
        "services": Parameter("list", default="all"),
        "notify": Parameter("list", default=("account_manager",), choices=(*STAFF, CUSTOMER)),
    },
    outcome=_outcome,
    reads=("suspended",),
)
