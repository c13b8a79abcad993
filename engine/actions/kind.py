"""The shape of an action kind: what a rule may ask for, and every trait by which the rest of Monitum treats it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from engine.facts.case import CustomerCase
from engine.ruleset.model import ActionSpec, Subject
from engine.ruleset.outcome import DECIDED, Outcome

#: stage: a stage of the ladder. name: of a message text. list: one or more words, out of `choices` where there are any,
#: or the default as it stands. days: a whole number of days, at least 1.
ParameterType = Literal["stage", "name", "list", "days"]
#: Whether a service runs.
ServiceState = Literal["active", "suspended"]
#: What a customer's history keeps of a finished action: the stage sent for each item, the state of its services, or the
#: day on which the rule spoke.
History = Literal["stage", "services", "notification"]

#: Members of the staff who can be told.
STAFF: Final = ("account_manager", "credit_controller")
#: The customer, where the customer itself is told that services stop or run again.
CUSTOMER: Final = "customer"


@dataclass(frozen=True, slots=True)
class ActionParameter:
    """One setting of an action. `label`: its name in Polish and English. `default` is used where a rule is silent;
    None: the setting is left out then."""

    type: ParameterType
    label: Mapping[str, str]
    required: bool = False
    default: str | int | tuple[str, ...] | None = None
    choices: tuple[str, ...] = ()


class Route(NamedTuple):
    """One effect of an action: the channel, and the settings that it needs besides those of the rule."""

    channel: str
    settings: Mapping[str, str | list[str]] = {}


#: The effects of an action; the flag tells whether the company has an endpoint for webhooks.
Routes: TypeAlias = Callable[[ActionSpec, bool], Iterator[Route]]


def _always(_rule: str, _action: ActionSpec, _case: CustomerCase) -> Outcome:
    return DECIDED


def _by_kind(_rule: str, action: ActionSpec) -> str:
    return action.kind


@dataclass(frozen=True, slots=True)
class ActionKind:
    """A thing Monitum can do.

    subjects: of rules that may ask for it. label: its name in Polish and English. routes: its effects. laddered: its
    stages climb the ladder, one of which may be the notice, and what it covers names its occurrence; otherwise the day
    does. adverse: it is against the customer, so it needs fresh books and heeds holds. contact: its mail to the
    customer urges it, and counts where the law limits contacts. desired: the state that it wants of services. lane:
    the lower, the sooner it is carried out. first_state: of its actions where no person has to look first; 'planned'
    waits for the end of the run, when it is known whether there are unusually many. outcome: what becomes of a rule's
    action in view of what was done and is under way. step: what it is, for the key of a decision; decisions about
    several items of one customer with the same step and settings are one. reads: customer facts that `outcome` needs.
    """

    name: str
    subjects: tuple[Subject, ...]
    label: Mapping[str, str]
    routes: Routes
    parameters: Mapping[str, ActionParameter] = field(default_factory=dict)
    laddered: bool = False
    adverse: bool = False
    contact: bool = False
    desired: ServiceState | None = None
    lane: int = 1
    first_state: Literal["ready", "planned"] = "ready"
    outcome: Callable[[str, ActionSpec, CustomerCase], Outcome] = _always
    step: Callable[[str, ActionSpec], str] = _by_kind
    reads: tuple[str, ...] = ()

    @property
    def history(self) -> History:
        """What is kept of it."""
        if self.laddered:
            return "stage"
        return "services" if self.desired else "notification"


def listed(action: ActionSpec, parameter: str, default: tuple[str, ...]) -> list[str]:
    """A setting that lists words."""
    value = action.params.get(parameter, default)
    return list(value) if isinstance(value, tuple) else [str(value)]
