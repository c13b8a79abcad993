"""From decisions to rows: which actions, on which channel, in which state, and which services change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, Protocol

from engine.actions.kind import CUSTOMER
from engine.decisions.model import Decision
from engine.facts.catalogue import CustomerCase

#: Reinstatements are carried out ahead of everything else.
_LANES: Final[Mapping[str, int]] = {"reinstate": 0}
#: Suspensions wait for the end of their run: only then is it known whether they are unusually many.
_FIRST: Final[Mapping[str, str]] = {"suspend": "planned"}
#: What suspension and resumption make of a service.
DESIRED: Final[Mapping[str, str]] = {"suspend": "suspended", "reinstate": "active"}
#: What the staff and what the customer is told of it.
_STAFF_WORDINGS: Final[Mapping[str, str]] = {"suspend": "suspension", "reinstate": "resumption"}
_NOTICES: Final[Mapping[str, str]] = {"suspend": "suspension_notice", "reinstate": "resumption_notice"}


class CompanyChoices(Protocol):
    """What a company has chosen of how its decisions are carried out."""

    @property
    def webhook(self) -> str | None:
        """The endpoint that is told of suspension and resumption; None when there is none."""
        ...

    def mode(self, kind: str) -> Literal["automatic", "proposal"]:
        """Whether actions of a kind happen by themselves or wait for a person."""
        ...


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One row of the outbox: one effect on one channel. `items`: (item key, currency, open minor units)."""

    key: str
    decision_key: str
    customer: str
    kind: str
    channel: str
    stage: str | None
    as_of: date
    params: Mapping[str, Any]
    state: str
    lane: int
    items: tuple[tuple[str, str, int], ...] = field(default=())


def plan(decision: Decision, case: CustomerCase, company: CompanyChoices) -> Iterator[PlannedAction]:
    """The actions of a decision: one per channel, proposed where the company wants a person to look first.

    A service action without an endpoint to call still tells the staff.
    """
    state = "proposed" if company.mode(decision.kind) == "proposal" else _FIRST.get(decision.kind, "ready")
    lines = {line.key: line for line in case.lines}
    items = tuple((key, lines[key].currency, lines[key].open_minor) for key in decision.items if key in lines)
    for channel, extra in _channels(decision, company):
        yield PlannedAction(
            key=f"{decision.key}:{channel}",
            decision_key=decision.key,
            customer=decision.customer,
            kind=decision.kind,
            channel=channel,
            stage=decision.action.stage,
            as_of=decision.as_of,
            params={
                **_plain(decision.action.params), **extra, "rules": list(decision.rules),
                "ruleset": decision.ruleset, "version": decision.version, "items": list(decision.items),
            },
            state=state,
            lane=_LANES.get(decision.kind, 1),
            items=items,
        )  # fmt: skip


def _channels(decision: Decision, company: CompanyChoices) -> Iterator[tuple[str, Mapping[str, Any]]]:
    params = decision.action.params
    if decision.kind == "remind":
        via = params.get("via", ("email",))
        for channel in via if isinstance(via, tuple) else (str(via),):
            yield channel, {}
        return
    if decision.kind in DESIRED and company.webhook:
        yield "webhook", {}
    told = params.get("who" if decision.kind == "notify" else "notify", ("account_manager",))
    who = list(told) if isinstance(told, tuple) else [str(told)]
    if CUSTOMER in who:
        yield "email", {"wording": _NOTICES[decision.kind]}
    if staff := [name for name in who if name != CUSTOMER]:
        yield "internal", {"who": staff, "wording": params.get("wording") or _STAFF_WORDINGS[decision.kind]}


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in params.items()}


def action_row(action: PlannedAction, action_id: int, source: str, at: datetime) -> dict[str, Any]:
    """Column values of an action."""
    return {
        "id": action_id, "key": action.key, "decision_key": action.decision_key, "source": source,
        "customer_key": action.customer, "kind": action.kind, "channel": action.channel, "stage": action.stage,
        "as_of": action.as_of, "params": dict(action.params), "state": action.state, "lane": action.lane,
        "created_at": at, "updated_at": at,
    }  # fmt: skip
