"""The outside world: a mail server and a CRM endpoint. Each keeps its own log, and each can fail in every way known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Literal

from engine.errors import AdapterError, EffectUnknown, TargetDown

MailTrouble = Literal["refused", "hang-up", "4xx", "5xx", "4xx after data", "5xx after data", "hang", "reset after dot"]
HookTrouble = Literal["timeout before", "timeout after", "5xx", "5xx after", "429", "4xx"]
MAIL_TROUBLES: tuple[MailTrouble, ...] = (
    "refused",
    "hang-up",
    "4xx",
    "5xx",
    "4xx after data",
    "5xx after data",
    "hang",
    "reset after dot",
)
HOOK_TROUBLES: tuple[HookTrouble, ...] = ("timeout before", "timeout after", "5xx", "5xx after", "429", "4xx")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that arrived: its id there, the action it says it is of, and when."""

    id: str
    key: str
    at: datetime
    content: bytes


@dataclass(slots=True)
class Sink:
    """What both have: `arrived` in order, and the trouble of the next attempts; `tried` tells of every attempt."""

    arrived: list[Arrival] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    tried: Callable[[Arrival, str, bool], None] = lambda _message, _trouble, _down: None

    def _next(self) -> str | None:
        return self.troubles.pop() if self.troubles else None


#: Before anything of the message was sent, and what tells that the server does not work.
_EARLY = frozenset({"refused", "hang-up", "4xx", "5xx"})
_DOWN = frozenset({"refused", "hang-up", "hang", "reset after dot"})


@dataclass(slots=True)
class MailServer(Sink):
    """SMTP as adapters.delivery.smtp tells of it: what happened before DATA is safe, a lost answer is not."""

    #: Customers whose mailbox is full for ever: the address is refused for now, every time.
    full: set[str] = field(default_factory=set)

    def deliver(self, before: Callable[[], None], recipient: str, message: Arrival) -> None:
        """Take a message. Raises what the product's delivery raises."""
        trouble = "4xx" if recipient in self.full else self._next()
        if trouble not in _EARLY:
            before()
        self.tried(message, trouble or "", trouble in _DOWN)
        if trouble in {"refused", "hang-up"}:
            raise TargetDown(trouble)
        if trouble in {"4xx", "5xx"}:
            raise AdapterError(f"recipient refused: {trouble}", permanent=trouble == "5xx")
        if trouble in {"4xx after data", "5xx after data"}:
            raise AdapterError(f"message refused: {trouble}", permanent=trouble == "5xx after data")
        if trouble == "hang":
            raise EffectUnknown("no answer came")
        self.arrived.append(message)
        if trouble == "reset after dot":
            raise EffectUnknown("connection reset")


@dataclass(slots=True)
class Crm(Sink):
    """An endpoint that knows repetitions by their id and drops what is older than what it has. `states`: customer ->
    whether suspended; `effects`: ids that it acted on."""

    states: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    effects: list[Arrival] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def post(self, message: Arrival) -> None:
        """Take a webhook. Raises what the product's sending raises."""
        trouble = self._next()
        down = trouble not in {None, "4xx"}
        self.tried(message, trouble or "", down)
        if trouble not in {"timeout before", "5xx", "429", "4xx"}:
            self._take(message)
        if trouble == "4xx":
            raise AdapterError("answered 422", permanent=True)
        if trouble is not None:
            raise TargetDown(trouble)

    def _take(self, message: Arrival) -> None:
        self.arrived.append(message)
        if message.id in self.ids:
            return
        self.ids.add(message.id)
        data = json.loads(message.content)["data"]
        customer, version = data["customer"], data["version"]
        if version > self.versions.get(customer, 0):
            self.versions[customer] = version
            self.states[customer] = data["state"]
            self.effects.append(message)


def trouble(rng: Random, mail: MailServer, crm: Crm) -> str:
    """Something goes wrong with the next attempts of one of them; says what."""
    sink, kinds = (mail, MAIL_TROUBLES) if rng.random() < 0.6 else (crm, HOOK_TROUBLES)
    kind = rng.choice(kinds)
    sink.troubles += [kind] * rng.choice((1, 1, 2, 6))
    return kind
