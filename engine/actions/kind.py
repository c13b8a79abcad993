"""The shape of an action kind: what a rule may ask for, with which settings, and when it is done already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from engine.facts.catalogue import CustomerCase
from engine.ruleset.model import ActionSpec, Subject
from engine.ruleset.outcome import DECIDED, Outcome

#: stage: a stage of the ladder. name: of a message text. list: one or more words, out of `choices` where there are any,
#: or the default as it stands. days: a whole number of days, at least 1.
ParameterType = Literal["stage", "name", "list", "days"]

#: Who in the house is told.
STAFF: Final = ("account_manager", "credit_controller")
#: Who is told that services stop or run again: the customer gets a notice of his own.
CUSTOMER: Final = "customer"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of an action. `default` is used where a rule is silent; None: the setting is left out then."""

    type: ParameterType
    required: bool = False
    default: str | int | tuple[str, ...] | None = None
    choices: tuple[str, ...] = ()


def _always(_rule: str, _action: ActionSpec, _case: CustomerCase) -> Outcome:
    return DECIDED


def _by_kind(_rule: str, action: ActionSpec) -> str:
    return action.kind


@dataclass(frozen=True, slots=True)
class ActionKind:
    """A thing Monitum can do.

    subjects: whose rules may ask for it. label: its name in Polish and English. laddered: its stages climb the ladder,
    and what it covers names its occurrence; otherwise the day does. outcome: what becomes of a rule's action in view
    of what was done and is under way. step: what it is, for the key of a decision; decisions about several items of one
    customer with the same step and settings are one. reads: customer facts that `outcome` depends on.
    """

    name: str
    subjects: tuple[Subject, ...]
    label: Mapping[str, str]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    laddered: bool = False
    outcome: Callable[[str, ActionSpec, CustomerCase], Outcome] = _always
    step: Callable[[str, ActionSpec], str] = _by_kind
    reads: tuple[str, ...] = ()
