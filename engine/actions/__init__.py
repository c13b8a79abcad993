"""What rules may ask for: one module for each kind of action. A module dropped here takes part.

A module offers its kind under its own name in capitals (call.py: CALL); one without such a name only helps the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
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


def _kinds() -> Iterator[ActionKind]:
    for module in iter_modules(__path__):
        kind = getattr(import_module(f"{__name__}.{module.name}"), module.name.upper(), None)
        if isinstance(kind, ActionKind):
            yield kind


def _rank(kind: ActionKind) -> tuple[object, ...]:
    """By lane; then what stops or starts services, then what else is against the customer, then the rest by name."""
    return kind.lane, kind.desired is None, not kind.adverse, kind.name


#: Every kind by name, in the order in which decisions about one customer are listed.
KINDS: Final[Mapping[str, ActionKind]] = {kind.name: kind for kind in sorted(_kinds(), key=_rank)}


def names_of(trait: Callable[[ActionKind], object]) -> tuple[str, ...]:
    """The names of the kinds that have a trait."""
    return tuple(name for name, kind in KINDS.items() if trait(kind))


#: The kinds whose stages climb the ladder, and those whose actions wait for the end of their run.
LADDERED: Final = names_of(lambda kind: kind.laddered)
PLANNED: Final = names_of(lambda kind: kind.first_state == "planned")
