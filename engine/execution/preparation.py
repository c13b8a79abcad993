"""What preparing an action can come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Ready:
    """The effect can be performed: `content` are the exact bytes that leave, `perform(before)` lets them.

    `before` must be called as the last thing before the outside world can notice; when it raises, nothing has left.
    `done_outcome` says in a word what was done. `items`: keys of the open items the message lists.
    `made_from`: hash and media type of what else the archive keeps of its making (own wordings).
    """

    content: bytes
    media_type: str
    perform: Callable[[Callable[[], None]], None]
    done_outcome: str
    items: tuple[str, ...] = ()
    made_from: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """The reason for the action is gone: it is cancelled."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: a guard defers it."""

    until: datetime
    reason: str


Preparation: TypeAlias = Ready | Dropped | Later


@dataclass(frozen=True, slots=True)
class Preview:
    """What an action in a state would be if it were carried out now: `said` in a sentence, and the bytes that would
    leave; None where nothing would."""

    state: str
    said: str
    content: bytes | None = None
    media_type: str | None = None
