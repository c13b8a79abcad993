"""What rules may ask for: one module for each kind of action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.actions.kind import STAFF, ActionKind, ActionParameter
from engine.actions.notify import NOTIFY
from engine.actions.reinstate import REINSTATE
from engine.actions.remind import REMIND
from engine.actions.suspend import SUSPEND

__all__ = [
    "KINDS",
    "LADDERED",
    "NOTIFY",
    "PLANNED",
    "REINSTATE",
    "REMIND",
    "STAFF",
    "SUSPEND",
    "ActionKind",
    "ActionParameter",
    "names_of",
]

#: Every kind by name, in the order in which decisions about one customer are listed.
KINDS: Final[Mapping[str, ActionKind]] = {kind.name: kind for kind in (REINSTATE, SUSPEND, REMIND, NOTIFY)}


def names_of(trait: Callable[[ActionKind], object]) -> tuple[str, ...]:
    """The names of the kinds that have a trait."""
    return tuple(name for name, kind in KINDS.items() if trait(kind))


#: The kinds whose stages climb the ladder, and those whose actions wait for the end of their run.
LADDERED: Final = names_of(lambda kind: kind.laddered)
PLANNED: Final = names_of(lambda kind: kind.first_state == "planned")
