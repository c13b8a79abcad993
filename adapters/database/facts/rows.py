"""Rows of the queries behind snapshots, by name. Amounts are integer minor units of their currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from engine.facts.case import Facts
from engine.facts.inputs import NOTHING_TOLD


class CustomerRow(NamedTuple):
    """A customer as believed at the moment asked for. `email`, `dunning_email`, `copies`: addresses as they are kept
    (adapters.delivery.addresses). `ruleset`: the pinned one."""

    key: str
    kind: str
    segment: str | None
    country: str | None
    dunning_allowed: bool
    email: str | None
    dunning_email: str | None
    copies: str | None
    ruleset: str | None
    credit_limit: int | None
    credit_currency: str | None
    language: str
    name: str


class ItemRow(NamedTuple):
    """An open debit item, as engine.facts.inputs.OpenItem. `claim`: what is claimed, where the books say it."""

    customer: str
    key: str
    direction: str
    currency: str
    open_minor: int
    original_minor: int
    issue_date: date
    due_date: date
    instalment: bool
    document_kind: str
    document: str
    claim: str | None = None

    @property
    def told(self) -> Facts:
        """Nothing: what the books say is computed with."""
        return NOTHING_TOLD


class AmountRow(NamedTuple):
    """Open credits, or turnover, of a customer in one currency."""

    customer: str
    currency: str
    minor: int


class HoldRow(NamedTuple):
    """A hold on an item, or on the customer where `item` is None; ended ones included."""

    customer: str
    item: str | None
    reason: str
    expires_on: date | None


class ServiceRow(NamedTuple):
    """A service that can be suspended, with the state it is to have."""

    customer: str
    key: str
    desired: str
    sector: str | None


class ActionRow(NamedTuple):
    """What was done or is pending, for one of its items (None: for the customer). `decided_on`: day of the decision."""

    customer: str
    kind: str
    stage: str | None
    state: str
    done_on: date | None
    rules: Sequence[str]
    item: str | None
    decided_on: date
    channel: str | None


class BounceRow(NamedTuple):
    """An address of a customer, in small letters, that was refused for good."""

    customer: str
    address: str


class LetterRow(NamedTuple):
    """A letter that urged a customer to pay."""

    customer: str
    issue_date: date


class DoubtRow(NamedTuple):
    """The books of a customer are in doubt; `customer` None: those of every customer of the source. `minor`: money of
    `currency` that counts for nothing because what it settles was refused; None: no money."""

    customer: str | None
    currency: str | None = None
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class BatchRows:
    """What the queries returned for the customers asked for, each ordered by customer key."""

    customers: Sequence[CustomerRow]
    items: Sequence[ItemRow]
    credits: Sequence[AmountRow]
    turnover: Sequence[AmountRow]
    holds: Sequence[HoldRow]
    services: Sequence[ServiceRow]
    actions: Sequence[ActionRow]
    letters: Sequence[LetterRow]
    bounces: Sequence[BounceRow]
    doubts: Sequence[DoubtRow]
