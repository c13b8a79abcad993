"""What rules may ask for: one module for each kind of action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.actions.kind import ActionKind, Parameter
from engine.actions.notify import NOTIFY
from engine.actions.reinstate import REINSTATE
from engine.actions.remind import REMIND
from engine.actions.suspend import SUSPEND

__all__ = ["KINDS", "NOTIFY", "REINSTATE", "REMIND", "SUSPEND", "ActionKind", "Parameter"]

#: Every kind by name, in the order in which decisions about one customer are listed.
KINDS: Final[Mapping[str, ActionKind]] = {kind.name: kind for kind in (REINSTATE, SUSPEND, REMIND, NOTIFY)}
