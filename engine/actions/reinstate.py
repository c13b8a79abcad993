"""Reinstate: suspended services run again."""

from __future__ import annotations

from typing import Final

from engine.actions.kind import ActionKind
from engine.actions.services import PARAMETERS, routes
from engine.facts.case import CustomerCase
from engine.ruleset.model import ActionSpec
from engine.ruleset.outcome import DECIDED, NO_OP, PENDING, Outcome


def _outcome(_rule: str, _action: ActionSpec, case: CustomerCase) -> Outcome:
    """Nothing is reinstated where nothing is suspended."""
    if REINSTATE.name in case.pending:
        return PENDING
    return DECIDED if case.customer.facts["suspended"] else NO_OP


REINSTATE: Final = ActionKind(
    name="reinstate",
    subjects=("customer",),
    label={"pl": "wznów usługi", "en": "reinstate services"},
    routes=routes(staff="resumption", notice="resumption_notice"),
    parameters=PARAMETERS,
    desired="active",
    lane=0,
    outcome=_outcome,
    reads=("suspended",),
)
