"""Who gets the messages to a customer: chosen from the addresses in the books, without those that were refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipients:
    """`to`: whom a message is addressed to; empty: it cannot be sent. `copies`: who gets a copy, openly. `bounced`:
    addresses in the books that the mail server has refused for good."""

    to: tuple[str, ...]
    copies: tuple[str, ...] = ()
    bounced: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """In words: 'a@x.pl, b@x.pl; copies to c@x.pl'."""
        return ", ".join(self.to) + (f"; copies to {', '.join(self.copies)}" if self.copies else "")

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"to": list(self.to), "copies": list(self.copies), "bounced": list(self.bounced)}


def chosen(email: Sequence[str], dunning: Sequence[str], copies: Sequence[str], refused: Collection[str]) -> Recipients:
    """The addresses for dunning where one of them works, else the general ones; nobody gets a message twice.

    refused: in small letters.
    """

    def working(addresses: Sequence[str]) -> tuple[str, ...]:
        return tuple(address for address in addresses if address.lower() not in refused)

    to = working(dunning) or working(email)
    reached = {address.lower() for address in to}
    everyone = dict.fromkeys([*dunning, *email, *copies])
    return Recipients(
        to,
        tuple(address for address in working(copies) if address.lower() not in reached),
        tuple(address for address in everyone if address.lower() in refused),
    )
