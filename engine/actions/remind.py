"""Remind: a message about open items, one stage of the ladder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.actions.kind import ActionKind, ActionParameter, Route, listed
from engine.ruleset.model import ActionSpec

_VIA: Final = ("email",)


def _routes(action: ActionSpec, _webhook: bool) -> Iterator[Route]:  # noqa: FBT001  as Routes has it
    yield from (Route(channel) for channel in listed(action, "via", _VIA))


def _step(_rule: str, action: ActionSpec) -> str:
    return f"{action.kind}.{action.stage}.{action.params['wording']}"


REMIND: Final = ActionKind(
    name="remind",
    subjects=("item",),
    label={"pl": "przypomnij", "en": "remind"},
    routes=_routes,
    parameters={
        "stage": ActionParameter("stage", {"pl": "etap", "en": "stage"}, required=True),
        "wording": ActionParameter("name", {"pl": "wzór", "en": "wording"}, required=True),
        "via": ActionParameter("list", {"pl": "kanał", "en": "channel"}, default=_VIA, choices=_VIA),
        #: What the message says besides: that it is an attempt to settle out of court, that a debtor register follows.
        "announce": ActionParameter(
            "list", {"pl": "zapowiedź", "en": "announcing"}, choices=("amicable_attempt", "debtor_register")
        ),
        #: PDFs that go with the letter; as company.yaml says where a rule is silent.
        "attach": ActionParameter("list", {"pl": "załączniki", "en": "attaching"}, choices=("invoices",)),
    },
    laddered=True,
    adverse=True,
    contact=True,
    step=_step,
)
