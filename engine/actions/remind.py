"""Remind: a message about open items, one stage of the ladder."""

from __future__ import annotations

from typing import Final

from engine.actions.kind import ActionKind, Parameter
from engine.ruleset.model import ActionSpec


def _step(_rule: str, action: ActionSpec) -> str:
    return f"remind.{action.stage}.{action.params['wording']}"


REMIND: Final = ActionKind(
    name="remind",
    subjects=("item",),
    label={"pl": "przypomnij", "en": "remind"},
    parameters={
        "stage": Parameter("stage", required=True),
        "wording": Parameter("name", required=True),
        "via": Parameter("list", default=("email",), choices=("email",)),
        #: What the message says besides: that it is an attempt to settle out of court, that a debtor register follows.
        "announce": Parameter("list", choices=("amicable_attempt", "debtor_register")),
    },
    laddered=True,
    step=_step,
)
