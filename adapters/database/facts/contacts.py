"""The messages that reached a customer, on every channel: what frequencies of contact are counted over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapters.database.facts.rows import ActionRow, LetterRow
from engine.actions import names_of
from engine.facts.legal import MESSAGES, Contact

#: The channel of letters: documents that were issued to the customer, whoever carries them.
LETTER: Final = "letter"
_URGES: Final = frozenset(names_of(lambda kind: kind.contact))


def contacts_of(actions: Iterable[ActionRow], letters: Iterable[LetterRow]) -> list[Contact]:
    """The contacts of one customer, by day.

    Reminders and notices of suspension count once they are done. What the staff or the CRM is told is no contact, and a
    message that services run again urges no payment.
    """
    sent = {
        Contact(row.done_on, row.channel)
        for row in actions
        if row.kind in _URGES and row.channel == MESSAGES and row.state == "done" and row.done_on is not None
    }
    posted = {Contact(row.issue_date, LETTER) for row in letters}
    return sorted(sent | posted, key=lambda contact: (contact.day, contact.channel))
