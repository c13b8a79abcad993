"""A legal hold: what it forbids to erase, and until when."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

HoldScope = Literal["customer", "document", "case"]
#: Names that must lift a hold, each once.
LIFTERS: Final = 2


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A hold. `reference`: 'source:customer', id of an issued document, or case of entries. `owner`: the customer it
    keeps, None for a case, which may be about several. `lifted_by`: names; it ends with the second."""

    id: int
    scope: HoldScope
    reference: str
    owner: str | None
    reason: str
    set_by: str
    set_at: datetime
    lifted_by: tuple[str, ...]
    lifted_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it still forbids."""
        return len(self.lifted_by) < LIFTERS

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        moments = {
            name: value and value.isoformat()
            for name, value in (("set_at", self.set_at), ("lifted_at", self.lifted_at))
        }
        return {**asdict(self), **moments, "stands": self.stands}
