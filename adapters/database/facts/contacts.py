"""The messages that reached a customer, on every channel: what frequencies of contact are counted over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from engine.actions import names_of
from engine.facts.legal import Contact

#: The channel of letters: documents that were issued to the customer, whoever carries them.
LETTER: Final = "letter"
_URGES: Final = frozenset(names_of(lambda kind: kind.contact))


def contacts_of(actions: Iterable[Sequence[Any]], letters: Iterable[Sequence[Any]]) -> list[Contact]:
    """The contacts of one customer, by day, out of rows of snapshot_rows.ACTIONS and LETTERS.

    Reminders and notices of suspension count once they are done. What the staff or the CRM is told is no contact, and
    that services run again urges nobody.
    """
    sent = {Contact(row[4], row[8]) for row in actions if row[1] in _URGES and row[8] == "email" and row[3] == "done"}
    posted = {Contact(row[1], LETTER) for row in letters}
    return sorted(sent | posted, key=lambda contact: (contact.day, contact.channel))
