"""Giving keys to those who use the API, and ending them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from app.usecases.entry_log import Integrator


class ApiKey(Protocol):
    """A key without its secret."""

    @property
    def id(self) -> str:
        """The public part of the key."""
        ...


class ApiKeys(Protocol):
    """Keys of the API; each change is an entry of the archive."""

    def create(
        self, owner: str, scopes: Collection[str], *, actor: str, now: datetime, expires_at: datetime | None
    ) -> tuple[str, ApiKey]:
        """A new key, readable only here, and its record. Raises InvalidInput."""
        ...

    def revoke(self, key_id: str, *, actor: str, now: datetime) -> ApiKey:
        """End a key at once. Raises NotFound, Conflict."""
        ...


def create_key(
    keys: ApiKeys, integrator: Integrator, owner: str, scopes: Collection[str], *, now: datetime, days: int
) -> tuple[str, ApiKey]:
    """A key for so many days, readable only in the answer, and its record. Raises InvalidInput."""
    created = keys.create(owner, scopes, actor=owner, now=now, expires_at=now + timedelta(days=days))
    integrator.integrate()
    return created


def revoke_key(keys: ApiKeys, integrator: Integrator, key_id: str, *, actor: str, now: datetime) -> None:
    """End a key at once. Raises NotFound, Conflict."""
    keys.revoke(key_id, actor=actor, now=now)
    integrator.integrate()
