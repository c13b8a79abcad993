"""From decisions to rows: which actions, on which channel, in which state, and which services change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from engine.actions import KINDS
from engine.decisions.model import Decision
from engine.facts.case import CustomerCase


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
    """The actions of a decision, one per route of its kind; proposed where the company wants a person to look first."""
    kind = KINDS[decision.kind]
    state = "proposed" if company.mode(kind.name) == "proposal" else kind.first_state
    lines = {line.key: line for line in case.lines}
    items = tuple((key, lines[key].currency, lines[key].open_minor) for key in decision.items if key in lines)
    for route in kind.routes(decision.action, bool(company.webhook)):
        yield PlannedAction(
            key=f"{decision.key}:{route.channel}",
            decision_key=decision.key,
            customer=decision.customer,
            kind=kind.name,
            channel=route.channel,
            stage=decision.action.stage,
            as_of=decision.as_of,
            params={
                **_plain(decision.action.params),
                **route.settings,
                "rules": list(decision.rules),
                "ruleset": decision.ruleset,
                "version": decision.version,
                "items": list(decision.items),
            },
            state=state,
            lane=kind.lane,
            items=items,
        )


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in params.items()}


def action_row(action: PlannedAction, action_id: int, source: str, at: datetime) -> dict[str, Any]:
    """Column values of an action."""
    return {
        "id": action_id,
        "key": action.key,
        "decision_key": action.decision_key,
        "source": source,
        "customer_key": action.customer,
        "kind": action.kind,
        "channel": action.channel,
        "stage": action.stage,
        "as_of": action.as_of,
        "params": dict(action.params),
        "state": action.state,
        "lane": action.lane,
        "created_at": at,
        "updated_at": at,
    }
