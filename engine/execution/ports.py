"""What the dispatcher works on: rows, archive and effects, behind small ports, so that it runs on PostgreSQL and in
memory alike.

`U` is a unit of work: what is written in one is kept together or not at all. With PostgreSQL it is a connection in a
transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, TypeVar

from engine.execution.action import ClaimedAction, Reaped
from engine.execution.entries import ExecutionEntry
from engine.execution.preparation import Preparation

U_contra = TypeVar("U_contra", contravariant=True)

#: Named points at which a simulation or a drill may stop a worker, in the order a round passes them. Those
#: about rendering are passed inside the unit of work that prepares an action, the others between units of work.
Point = Literal[
    "before_claim",
    "after_claim",
    "before_render",
    "after_render",
    "before_intent",
    "after_intent",
    "before_checkpoint",
    "after_checkpoint",
    "before_sending",
    "after_sending",
    "after_effect",
    "after_done",
]


@dataclass(frozen=True, slots=True)
class Moment:
    """When an effect happens: the real time, the business day, and the hour there that contact guards look at."""

    now: datetime
    day: date
    hour: int


class Outbox(Protocol[U_contra]):
    """The rows of actions, and the rest that targets are given. The rules are in engine.execution.states."""

    def now(self, unit: U_contra) -> datetime:
        """The present by the clock of whoever keeps the rows."""
        ...

    def reap(self, unit: U_contra, now: datetime) -> list[Reaped]:
        """Take back every action whose lease ended."""
        ...

    def claim(
        self, unit: U_contra, owner: str, now: datetime, day: date, *, limit: int = 20, source: str = ""
    ) -> list[ClaimedAction]:
        """Take up to `limit` due actions (all sources: ''), reinstatements first; rows another worker holds and
        targets at rest are passed over."""
        ...

    def move(
        self,
        unit: U_contra,
        action: ClaimedAction,
        state: str,
        now: datetime,
        *,
        outcome: str | None = None,
        done_on: date | None = None,
        message_hash: str | None = None,
        not_before: datetime | None = None,
        failed_attempt: bool = False,
    ) -> bool:
        """Move a claimed action to a state; what is None stays as it was. False when a newer claim exists, or
        to go on with it ('claimed', 'sending') when its lease has ended: nothing was written."""
        ...

    def renew(self, unit: U_contra, actions: Sequence[ClaimedAction], now: datetime) -> None:
        """Let claims last longer, those that are still this worker's and have not ended."""
        ...

    def narrow(self, unit: U_contra, action: ClaimedAction, items: Sequence[str]) -> None:
        """Let an action be about these of its items alone."""
        ...

    def target_failed(self, unit: U_contra, target: str, now: datetime, reason: str) -> datetime | None:
        """Count a failure of a target; until when it rests, None when others may still be tried."""
        ...

    def target_worked(self, unit: U_contra, target: str) -> None:
        """Forget the failures of a target."""
        ...


class ArchiveLog(Protocol[U_contra]):
    """The archive as far as effects need it."""

    def append(self, unit: U_contra, entries: Sequence[ExecutionEntry], /) -> list[int]:
        """Write entries in the unit of work; their numbers."""
        ...

    def store_content(self, unit: U_contra, data: bytes, media_type: str, /) -> str:
        """Keep the bytes in the unit of work; their SHA-256 in hex."""
        ...

    def integrate(self) -> int:
        """Sequence and sign what was committed."""
        ...

    def covered(self, entry_ids: Sequence[int], /) -> bool:
        """Whether a signed checkpoint covers all of them."""
        ...


class Effects(Protocol[U_contra]):
    """What actions do, and what else follows from it."""

    def freeze(self, unit: U_contra, source: str) -> datetime | None:
        """Keep syncs of the source waiting until the unit of work ends; when its facts changed last."""
        ...

    def prepare(self, unit: U_contra, action: ClaimedAction, moment: Moment) -> Preparation:
        """The effect as it would happen now. Raises MonitumError when it cannot."""
        ...

    def withdrawn(self, unit: U_contra, action: ClaimedAction, day: date) -> bool:
        """The reason of the action is gone: undo the desired state that its decision wrote. False when it stands, since
        those outside may have been told of it by this action."""
        ...

    def confirmed(self, unit: U_contra, action: ClaimedAction) -> None:
        """The action is done: what it told is known outside."""
        ...
