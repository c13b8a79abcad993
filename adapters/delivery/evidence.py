"""What can be found out afterwards about a message that may or may not have left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

#: delivered: the next server, or the mailbox, has it. refused: it was taken and came to nothing. absent: it was never
#: taken, so it may be sent again.
DeliveryStatus = Literal["delivered", "refused", "absent"]


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A message whose status is unknown: its Message-ID, its exact bytes, and when its sending was given up."""

    message_id: str
    content: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryEvidence:
    """What became of a message, and the text that shows it. `summary`: in a sentence."""

    status: DeliveryStatus
    evidence: bytes
    summary: str


class DeliveryProbe(Protocol):
    """A place where it shows what became of messages."""

    def look_for(self, messages: Mapping[str, InDoubt], now: datetime) -> Mapping[str, DeliveryEvidence]:
        """What is known of these messages, by Message-ID; those nothing is known of are left out.

        Raises AdapterError when the probe cannot be asked.
        """
        ...
