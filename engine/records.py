"""The records a connector delivers: what the books say, before any rule looks at it.

Amounts are Decimal in major units and unsigned; `direction` tells debit from credit. Keys are the source's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Direction = Literal["debit", "credit"]


@dataclass(frozen=True, slots=True)
class Customer:
    """The payer. `credit_limit` None is no limit, not limit 0.

    `email`, `dunning_email`, `copies`: one or several addresses each, as people write them; messages go to
    `dunning_email` where it has one, else to `email`, and to `copies` beside.

    Stored and not read yet: `phone`; `parent_key`, by which the customers of several sources are linked.
    """

    key: str
    name: str
    kind: str = "business"
    tax_id: str | None = None
    segment: str | None = None
    language: str = "pl"
    country: str | None = "PL"
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    credit_limit: Decimal | None = None
    credit_currency: str | None = None
    dunning_allowed: bool = True
    parent_key: str | None = None
    account_manager: str | None = None
    ruleset: str | None = None
    dunning_email: str | None = None
    copies: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice, receipt, correction, note or proforma. Amounts are signed: a reducing correction is negative.

    `pdf`: path of its PDF below the folder of the source. Stored and not read yet, for connectors fill them:
    `sale_date`, `receipt_date`, `corrected_key`.
    """

    key: str
    customer_key: str
    kind: str
    number: str
    issue_date: date
    currency: str
    gross: Decimal
    net: Decimal | None = None
    vat: Decimal | None = None
    cost: Decimal | None = None
    sale_date: date | None = None
    receipt_date: date | None = None
    corrected_key: str | None = None
    ksef_number: str | None = None
    pdf: str | None = None


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is owed on one due date. `amount` is the original amount; what is open follows from the allocations.

    `open_amount`: the source's own remaining amount, where it has one; a difference to the allocations is imported as
    a settlement of its own. `claim`: what is claimed (CLAIM_KINDS); it follows from the document when the
    source does not say. `ledger_amount`: the books' own conversion, stored and not read yet.
    """

    key: str
    document_key: str
    customer_key: str
    issue_date: date
    due_date: date
    currency: str
    amount: Decimal
    direction: Direction = "debit"
    ledger_amount: Decimal | None = None
    instalment: bool = False
    open_amount: Decimal | None = None
    claim: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received. What no allocation uses is a credit of the customer.

    `ledger_amount`: the books' own conversion, stored and not read yet.
    """

    key: str
    customer_key: str
    paid_on: date
    currency: str
    amount: Decimal
    ledger_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """Part of a payment, or of a credit item, that settles an open item. Exactly one of the two origins is set."""

    key: str
    item_key: str
    allocated_on: date
    amount: Decimal
    payment_key: str | None = None
    credit_item_key: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Dunning rests for an item, or for the whole customer when `item_key` is None, from `placed_on` to `expires_on`.

    A promise to pay whose `expires_on` passes with the item unpaid counts as broken.
    """

    key: str
    customer_key: str
    reason: str
    placed_on: date
    item_key: str | None = None
    expires_on: date | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """Something the customer uses that can be suspended. `sector`: SECTORS; the company's own when the
    source does not say."""

    key: str
    customer_key: str
    name: str
    sector: str | None = None


Record = Customer | Document | OpenItem | Payment | Allocation | Hold | Service
