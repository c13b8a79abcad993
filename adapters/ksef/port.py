"""What sending needs of KSeF, as a protocol, and what KSeF answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, Protocol

from engine.errors import AdapterError

#: interrupted: KSeF gave up for reasons of its own and does not have the invoice.
Outcome = Literal["pending", "accepted", "rejected", "interrupted"]


class KsefRefused(AdapterError):
    """KSeF refused the request."""

    code = "ksef_refused"


class KsefBusy(AdapterError):
    """KSeF takes no more requests for now. Try again later."""

    code = "ksef_busy"

    def __init__(self, message: str | None = None, *, seconds: int) -> None:
        super().__init__(message)
        #: How long it asked to be left alone.
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What KSeF says of one invoice. `code`: its status code. `reason`: its words, for one that is not accepted.
    `original` and `original_session`: for a duplicate (code 440), the KSeF number and the session of the first."""

    outcome: Outcome
    reference: str
    code: int
    reason: str | None = None
    ksef_number: str | None = None
    accepted_at: dt.datetime | None = None
    original: str | None = None
    original_session: str | None = None


class Ksef(Protocol):
    """KSeF in the name of one seller.

    Every method raises KsefBusy when it is asked too often, KsefRefused for a request it does not take, AdapterError
    when it does not answer.
    """

    def open(self) -> str:
        """Open an interactive session; its reference number."""
        ...

    def submit(self, session: str, xml: bytes, *, offline: bool) -> str:
        """Send an invoice in a session opened by this object; its reference number. Raises EffectUnknown when no
        answer tells whether it arrived."""
        ...

    def close(self, session: str) -> None:
        """Close a session; nothing happens to one that is closed."""
        ...

    def answer(self, session: str, reference: str) -> Answer:
        """What became of an invoice."""
        ...

    def find(self, session: str, sha256: str) -> Answer | None:
        """The invoice with these bytes (SHA-256, hex) in a session; None when a session that takes no more does not
        have it. Raises AdapterError while the session is not finished."""
        ...

    def upo(self, session: str, reference: str) -> bytes:
        """The official confirmation of receipt (UPO) of an accepted invoice, XML."""
        ...

    def upo_by_number(self, session: str, ksef_number: str) -> bytes:
        """The same, asked for by KSeF number."""
        ...

    def invoice(self, ksef_number: str) -> bytes:
        """The bytes KSeF keeps under a number."""
        ...
