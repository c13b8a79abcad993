"""Which source a customer key is meant in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.errors import AmbiguousCustomer, InvalidInput, NotFound


class Directory(Protocol):
    """Customers by key."""

    def sources_of(self, key: str) -> Sequence[str]:
        """The sources that have a customer with this key."""
        ...


def source_of(directory: Directory, customer: str, source: str | None) -> str:
    """The source named, or the only one that has the customer. Raises NotFound, AmbiguousCustomer."""
    if source is not None:
        return source
    sources = directory.sources_of(customer)
    if not sources:
        raise NotFound("customer", customer)
    if len(sources) > 1:
        raise AmbiguousCustomer(customer, sources)
    return sources[0]


def owner_of(directory: Directory, customer: str | None, source: str | None) -> str | None:
    """The archive's name of a customer, 'source:customer'; None for none.

    Raises InvalidInput (field 'source') for a source without a customer, NotFound, AmbiguousCustomer.
    """
    if customer is None:
        if source is not None:
            raise InvalidInput("A source goes with a customer.", field="source")
        return None
    return f"{source_of(directory, customer, source)}:{customer}"
