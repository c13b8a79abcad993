"""The events a CRM is told of, as webhook payloads (Standard Webhooks: type, timestamp, data)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from engine.actions.kind import ServiceState
from engine.errors import InvalidInput

#: What an endpoint is told of the state that services are to have.
EVENTS: Final[Mapping[ServiceState, str]] = {"suspended": "service.suspended", "active": "service.reinstated"}


def event_id(key: str) -> str:
    """The webhook-id of an action: the same for every attempt, so that the receiver can tell a repetition."""
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def service_event(
    state: ServiceState,
    *,
    source: str,
    customer: str,
    services: Sequence[str],
    version: int,
    rules: Sequence[str],
    as_of: date,
    decided_at: datetime,
) -> bytes:
    """The payload of a suspension or reinstatement: JSON with sorted keys, UTF-8.

    It names the desired state, so that repeating it is harmless. `version` counts the changes of that state; a receiver
    drops an event whose version is not above the last one it took. `services`: keys. `rules`: ids of the rules that
    decided it. `decided_at`: timezone-aware. Raises InvalidInput.
    """
    if decided_at.tzinfo is None:
        raise InvalidInput("decided_at: it must say its time zone", field="decided_at")
    payload = {
        "type": EVENTS[state],
        "timestamp": decided_at.isoformat(),
        "data": {
            "source": source,
            "customer": customer,
            "services": list(services),
            "state": state,
            "version": version,
            "rules": list(rules),
            "as_of": as_of.isoformat(),
        },
    }
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
