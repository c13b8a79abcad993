"""What suspending and reinstating share: the services meant, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.actions.kind import CUSTOMER, STAFF, ActionParameter, Route, Routes, listed
from engine.ruleset.model import ActionSpec

ALL: Final = "all"
_TOLD: Final = ("account_manager",)

PARAMETERS: Final[Mapping[str, ActionParameter]] = {
    "services": ActionParameter("list", {"pl": "usługi", "en": "services"}, default=ALL),
    "notify": ActionParameter("list", {"pl": "powiadom", "en": "notify"}, default=_TOLD, choices=(*STAFF, CUSTOMER)),
}


def routes(*, staff: str, notice: str) -> Routes:
    """The endpoint where there is one, then a notice to the customer and a message to the staff, as the rule says.

    staff, notice: the wordings of the message and of the notice.
    """

    def told(action: ActionSpec, webhook: bool) -> Iterator[Route]:  # noqa: FBT001  as Routes has it
        if webhook:
            yield Route("webhook")
        who = listed(action, "notify", _TOLD)
        if CUSTOMER in who:
            yield Route("email", {"wording": notice})
        if members := [name for name in who if name != CUSTOMER]:
            yield Route("internal", {"who": members, "wording": staff})

    return told
