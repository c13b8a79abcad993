"""A customer's case: what is known of the customer and its open items on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeAlias

from engine.facts.calendar import NO_BLACKOUT, Blackout
from engine.facts.catalogue import Scope
from engine.facts.legal import CaseLaw
from engine.ruleset.condition import FactValue

#: Facts by name, whose values are in engine form.
Facts: TypeAlias = dict[str, FactValue]


class Snapshot(NamedTuple):
    """Everything known about one subject on one day: an open item with its customer's totals, or a customer.

    `facts` maps catalogue names to values; every fact of the subject has a key, absent ones hold None.
    `key` is the item's or the customer's key in its source, `customer` the customer's.
    """

    subject: Scope
    key: str
    customer: str
    as_of: date
    facts: Mapping[str, FactValue]


class ItemLine(NamedTuple):
    """What messages print of one item and the ladder needs to know; never read by rules.

    Amounts in minor units of the document currency. `sent`: stages sent for the item as (stage, day), oldest first.
    `pending`: stage of an action decided but not finished, which keeps a second run from deciding it again.
    `hold_until`: last day on which the item rests, by a hold of its own or its customer's; None when none ends.
    `cut_from`: first day on which the law lets services be cut after the notice sent for the item; None when it does
    not.
    """

    key: str
    document: str
    currency: str
    open_minor: int
    original_minor: int
    issue_date: date
    due_date: date
    sent: tuple[tuple[str, date], ...] = ()
    pending: str | None = None
    hold_until: date | None = None
    cut_from: date | None = None


class CaseItem(NamedTuple):
    """One open debit item of a case: its line, and the facts it has of its own (engine.facts.catalogue.OWN_OF_ITEM)."""

    line: ItemLine
    facts: Facts


@dataclass(frozen=True)
class CustomerCase:
    """One customer on one day. Its facts are kept once: an item has its own, and the others from its customer.

    `facts`: of the customer. `open_items`: the open debit items. `pending`: action kinds decided for the customer and
    not finished. `notified`: rule id -> day of its last notification. `credits`: open credits per currency in minor
    units, printed on messages. `hold_until`: last day on which the customer rests; None when no hold of its own ends.
    `law`: what its history is measured by; without it the facts that the law gives stay absent. `blackout`: the days
    on which the company does not dun.
    """

    key: str
    as_of: date
    facts: Facts
    open_items: tuple[CaseItem, ...] = ()
    pending: tuple[str, ...] = ()
    notified: Mapping[str, date] = field(default_factory=dict)
    credits: Mapping[str, int] = field(default_factory=dict)
    hold_until: date | None = None
    law: CaseLaw | None = field(default=None, compare=False, repr=False)
    blackout: Blackout = field(default=NO_BLACKOUT, compare=False, repr=False)

    @cached_property
    def customer(self) -> Snapshot:
        """What rules for customers read."""
        return Snapshot("customer", self.key, self.key, self.as_of, self.facts)

    @cached_property
    def items(self) -> tuple[Snapshot, ...]:
        """What rules for items read, in the order of `lines`."""
        shared = self.facts
        return tuple(
            [Snapshot("item", item.line.key, self.key, self.as_of, shared | item.facts) for item in self.open_items]
        )

    @cached_property
    def lines(self) -> tuple[ItemLine, ...]:
        """What messages print of the open items."""
        return tuple([item.line for item in self.open_items])

    def with_facts(self, facts: Facts) -> CustomerCase:
        """The case with other values for some of the customer's facts."""
        return replace(self, facts=self.facts | facts)
