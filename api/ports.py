"""What the API needs from outside besides engine/ports.py; the entry modules hand it over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from engine.ports import Clock, FactStore
from rules.library import Library


class Principal(Protocol):
    """Whose key a request carries."""

    @property
    def id(self) -> str:
        """The public part of the key."""
        ...

    @property
    def owner(self) -> str:
        """The person or system that acts: the author, the approver."""
        ...

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the key allows."""
        ...


class Keys(Protocol):
    """API keys."""

    def authenticate(self, text: str, now: datetime) -> Principal | None:
        """Whose key this is; None when it is malformed, unknown, expired or revoked."""
        ...


class CustomerDirectory(Protocol):
    """Finding customers."""

    def search(
        self, *, text: str | None, source: str | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Customers whose key or tax id is the text or whose name contains it (any case), by source and key, at most
        `limit` behind the pair `after`: source, key, name, kind, tax_id, country, segment."""
        ...

    def sources_of(self, key: str) -> Sequence[str]:
        """The sources that have a customer with this key."""
        ...


class Idempotency(Protocol):
    """Requests that have their effect once."""

    def once(
        self, owner: str, key: str, digest: str, effect: Callable[[], Mapping[str, Any]], *, now: datetime
    ) -> Mapping[str, Any]:
        """The answer of `effect`, called at most once for an owner's key. Raises InvalidInput, Conflict."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the API works with.

    `clock`: moments in the installation's own time zone, so that their date is the business day. `working_day` (day,
    country) tells working days. `readiness` names each part Monitum needs and tells
    whether it works.
    """

    facts: FactStore
    library: Library
    keys: Keys
    directory: CustomerDirectory
    idempotency: Idempotency
    clock: Clock
    working_day: Callable[[date, str], bool]
    readiness: Callable[[], Mapping[str, bool]]
