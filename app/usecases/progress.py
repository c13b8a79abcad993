"""How a use case tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

#: Told (done, total); total None: unknown.
Progress: TypeAlias = Callable[[int, int | None], None]


def silent(_done: int, _total: int | None) -> None:
    """Progress that goes unseen."""
