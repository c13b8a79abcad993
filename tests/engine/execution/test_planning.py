"""From decisions to actions, by the traits of their kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest

from engine.actions import KINDS, SUSPEND
from engine.actions.kind import ActionKind, Route
from engine.decisions.model import Decision
from engine.execution.planning import PlannedAction, plan
from engine.ruleset.model import ActionSpec
from tests.engine.building import AS_OF, case, item, notify, remind

INVOICE = item("I1", 10, 250_00)


@dataclass
class Choices:
    """What a company has chosen."""

    webhook: str | None = None
    modes: Mapping[str, Literal["automatic", "proposal"]] = field(default_factory=dict)

    def mode(self, kind: str) -> Literal["automatic", "proposal"]:
        return self.modes.get(kind, "automatic")


def planned(action: ActionSpec, choices: Choices | None = None) -> list[PlannedAction]:
    decision = Decision("D", action.kind, "k1", action, ("r1",), ("I1",), "pl.test", "v1", AS_OF, ())
    return list(plan(decision, case(INVOICE), choices or Choices()))


def shown(action: ActionSpec, choices: Choices | None = None) -> list[tuple[Any, ...]]:
    """Channel, state, lane and the settings of the route."""
    return [
        (one.channel, one.state, one.lane, one.params.get("wording"), one.params.get("who"))
        for one in planned(action, choices)
    ]


def services(kind: str, *told: str) -> ActionSpec:
    return ActionSpec(kind, {"services": "all", "notify": told})


def test_a_reminder_goes_by_mail_with_the_items_as_they_are_open() -> None:
    (one,) = planned(remind("demand"))
    assert (one.key, one.channel, one.state, one.stage) == ("D:email", "email", "ready", "demand")
    assert one.items == (("I1", "PLN", 250_00),)
    assert one.params["items"] == ["I1"]


def test_suspending_tells_the_endpoint_the_customer_and_the_staff_and_waits_for_the_end_of_the_run() -> None:
    assert shown(services("suspend", "customer", "credit_controller"), Choices(webhook="https://crm.example")) == [
        ("webhook", "planned", 1, None, None),
        ("email", "planned", 1, "suspension_notice", None),
        ("internal", "planned", 1, "suspension", ["credit_controller"]),
    ]


def test_without_an_endpoint_the_staff_is_told_all_the_same() -> None:
    assert shown(services("suspend", "account_manager")) == [
        ("internal", "planned", 1, "suspension", ["account_manager"])
    ]
    assert shown(ActionSpec("suspend", {"services": "all"})) == [
        ("internal", "planned", 1, "suspension", ["account_manager"])
    ]


def test_reinstating_goes_ahead_of_everything() -> None:
    assert shown(services("reinstate", "customer"), Choices(webhook="https://crm.example")) == [
        ("webhook", "ready", 0, None, None),
        ("email", "ready", 0, "resumption_notice", None),
    ]


def test_the_staff_is_told_with_the_wording_of_the_rule() -> None:
    assert shown(notify(wording="note")) == [("internal", "ready", 1, "note", ["account_manager"])]


@pytest.mark.parametrize("kind", ["suspend", "reinstate"])
def test_a_person_looks_first_where_the_company_wants_it(kind: str) -> None:
    chosen = Choices(modes={kind: "proposal"})
    assert [one.state for one in planned(services(kind, "customer", "account_manager"), chosen)] == ["proposed"] * 2


def test_a_new_kind_is_planned_by_its_traits_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def routes(action: ActionSpec, webhook: bool) -> Iterator[Route]:
        yield Route("phone" if webhook else "letter", {"wording": str(action.params["wording"])})

    call = ActionKind("call", ("item",), {"pl": "zadzwoń", "en": "call"}, routes, lane=2, first_state="planned")
    monkeypatch.setattr("engine.execution.planning.KINDS", {**KINDS, "call": call})
    assert shown(ActionSpec("call", {"wording": "script"})) == [("letter", "planned", 2, "script", None)]
    assert replace(call, laddered=True).history == "stage"
    assert (call.history, SUSPEND.history) == ("notification", "services")
