"""An action in the hands of a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ClaimedAction:
    """An action that a worker may carry out, until its lease ends or a newer claim has a higher epoch.

    `attempts`: tries that failed, `deaths`: workers that died before they tried. `target`: what its effect needs to
    work, `mail` or `webhook:<source>`.
    """

    id: int
    key: str
    decision_key: str
    source: str
    customer: str
    kind: str
    channel: str
    stage: str | None
    as_of: date
    params: Mapping[str, Any]
    attempts: int
    deaths: int
    owner: str
    epoch: int

    @property
    def target(self) -> str:
        """What its effect goes through."""
        return target_of(self.channel, self.source)


def target_of(channel: str, source: str) -> str:
    """The target of a channel: the mail server of the house, or the webhook endpoint of a company."""
    return f"webhook:{source}" if channel == "webhook" else "mail"


@dataclass(frozen=True, slots=True)
class Reaped:
    """What was taken back from a worker that died: `state` is what became of it, 'ready', 'unknown' or 'held'."""

    action: ClaimedAction
    state: str
    outcome: str
