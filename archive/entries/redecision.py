"""An archived decision made again: whether it came out the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Basis = Literal["archive", "books"]


@dataclass(frozen=True, slots=True)
class Deviation:
    """The first thing that is not as it was archived. `basis`: decided again from the archived facts, or from the books
    as believed then. `where`: place in the record, such as 'items.I1.open_amount'."""

    basis: Basis
    where: str
    archived: Any
    again: Any


@dataclass(frozen=True, slots=True)
class Redecision:
    """What deciding a record again came to: 'same' byte for byte, 'different', or 'erased' with its customer's key."""

    entry: int
    run: int
    source: str
    customer: str
    result: Literal["same", "different", "erased"]
    differences: tuple[Deviation, ...] = ()
