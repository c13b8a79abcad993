"""An issued invoice on its way to KSeF: how far it has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

SendingState = Literal["waiting", "unknown", "sent", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Sending:
    """A document on its way.

    `state`: waiting (nothing left yet, or it surely did not arrive), unknown (it may have arrived), sent (KSeF has it
    and works on it), accepted, rejected. `mode`: how it was issued; None is online. `corrected`: number of the invoice
    it corrects, and `corrected_ksef_number` the one it states. `upo_sha256`: the kept confirmation. `reason`,
    `reason_code`, `field`: what was said last.
    """

    document_id: int
    source: str
    kind: str
    number: str
    customer_key: str
    issue_date: dt.date
    state: SendingState
    xml_sha256: str
    attempts: int
    session: str | None
    reference: str | None
    ksef_number: str | None
    accepted_at: dt.datetime | None
    upo_sha256: str | None
    reason: str | None
    reason_code: int | None
    field: str | None
    not_before: dt.datetime | None
    mode: str | None
    corrected: str | None
    corrected_ksef_number: str | None

    @property
    def offline(self) -> bool:
        """Whether it was issued to be sent later."""
        return self.mode == "offline24"
