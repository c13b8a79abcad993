"""Mirrored facts. Every row keeps when it was recorded and until when it was believed (null: still).

A changed fact gets a new row and ends the old one in the same transaction, so 'as known at T' is a condition on two
columns. Business dates (issue, payment, allocation, hold) answer 'as of day D'.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, UniqueConstraint
from sqlalchemy import text as sql

from adapters.database.tables.base import Amount, Moment, identity, metadata, text

source = Table(
    "source",
    metadata,
    text("key", primary_key=True),
    text("title"),
    text("ledger_currency"),
    text("jurisdiction"),
    #: Fingerprint of the files of the last complete sync: equal means nothing to do.
    text("fingerprint", nullable=True),
    Column("synced_at", Moment),
    #: When the content of that sync is from; null: the source shows the present, or nobody knows.
    Column("books_at", Moment),
    Column("changed_at", Moment),
)


def _fact_table(name: str, *columns: Any) -> Table:
    table = Table(
        name,
        metadata,
        identity(),
        text("source"),
        text("key"),
        *columns,
        #: Hash of the content columns: what decides whether a fact changed.
        text("digest"),
        Column("recorded_from", Moment, nullable=False),
        Column("recorded_to", Moment),
    )
    Index(f"uq_{name}_current", table.c.source, table.c.key, unique=True, postgresql_where=sql("recorded_to is null"))
    if "customer_key" in table.c:
        Index(f"ix_{name}_customer", table.c.source, table.c.customer_key)
    return table


customer = _fact_table(
    "customer",
    text("name"),
    text("kind"),
    text("tax_id", nullable=True),
    text("segment", nullable=True),
    text("language"),
    text("country", nullable=True),
    #: adapters.delivery.addresses.WrittenAddresses.text: addresses alone, with commas between.
    text("email", nullable=True),
    text("dunning_email", nullable=True),
    text("copies", nullable=True),
    text("phone", nullable=True),
    text("address", nullable=True),
    Column("credit_limit", Amount),
    text("credit_currency", nullable=True),
    Column("dunning_allowed", Boolean, nullable=False),
    text("parent_key", nullable=True),
    text("account_manager", nullable=True),
    text("ruleset", nullable=True),
)

document = _fact_table(
    "document",
    text("customer_key"),
    text("kind"),
    text("number"),
    Column("issue_date", Date, nullable=False),
    Column("sale_date", Date),
    Column("receipt_date", Date),
    text("currency"),
    Column("net", Amount),
    Column("vat", Amount),
    Column("gross", Amount, nullable=False),
    Column("cost", Amount),
    text("corrected_key", nullable=True),
    text("ksef_number", nullable=True),
    #: Path of its PDF below the folder of the source.
    text("pdf", nullable=True),
)
#: Items find their documents by key, as known at any moment.
Index("ix_document_key", document.c.source, document.c.key)

open_item = _fact_table(
    "open_item",
    text("customer_key"),
    text("document_key"),
    Column("issue_date", Date, nullable=False),
    Column("due_date", Date, nullable=False),
    text("currency"),
    Column("amount", Amount, nullable=False),
    Column("ledger_amount", Amount),
    text("direction"),
    Column("instalment", Boolean, nullable=False),
    #: engine.facts.catalogue.CLAIM_KINDS; null: it follows from the document.
    text("claim", nullable=True),
    #: Set when the item vanished from the source: closed from that day on, never deleted.
    Column("closed_on", Date),
)

payment = _fact_table(
    "payment",
    text("customer_key"),
    Column("paid_on", Date, nullable=False),
    text("currency"),
    Column("amount", Amount, nullable=False),
    Column("ledger_amount", Amount),
)

allocation = _fact_table(
    "allocation",
    text("item_key"),
    text("payment_key", nullable=True),
    text("credit_item_key", nullable=True),
    Column("allocated_on", Date, nullable=False),
    Column("amount", Amount, nullable=False),
)
Index("ix_allocation_item", allocation.c.source, allocation.c.item_key)
Index("ix_allocation_payment", allocation.c.source, allocation.c.payment_key)
Index("ix_allocation_credit_item", allocation.c.source, allocation.c.credit_item_key)

hold = _fact_table(
    "hold",
    text("customer_key"),
    text("item_key", nullable=True),
    text("reason"),
    Column("placed_on", Date, nullable=False),
    Column("expires_on", Date),
    text("author", nullable=True),
)

service = _fact_table("service", text("customer_key"), text("name"), text("sector", nullable=True))

#: Every mirrored table, in the order in which a sync writes them.
FACT_TABLES: Final = (customer, document, open_item, payment, allocation, hold, service)

quarantine = Table(
    "quarantine",
    metadata,
    identity(),
    text("source"),
    text("file"),
    Column("line", Integer, nullable=False),
    text("column"),
    text("value"),
    text("reason"),
    #: The fact that the row would have been: its table ('': none can be named) and its key, where it can be read.
    text("tab"),
    text("key", nullable=True),
    #: Whose it is; null: nobody can say.
    text("customer_key", nullable=True),
    Column("first_seen", Moment, nullable=False),
    UniqueConstraint("source", "file", "line", "column", "reason"),
)

#: What somebody should mend, though nothing has to wait for it: engine.facts.findings.
finding = Table(
    "finding",
    metadata,
    identity(),
    text("source"),
    text("customer_key"),
    text("code"),
    text("file"),
    Column("line", Integer, nullable=False),
    text("column"),
    text("value"),
    text("reason"),
    Column("first_seen", Moment, nullable=False),
    UniqueConstraint("source", "customer_key", "code", "column", "value", "reason"),
)

doubt = Table(
    "doubt",
    metadata,
    identity(),
    text("source"),
    #: Whose books are in doubt; null: those of all customers of the source.
    text("customer_key", nullable=True),
    #: Kind of the reason; the sentence is in `reason`.
    text("code"),
    #: The fact it is about: its table and key, where they are known.
    text("tab"),
    text("key", nullable=True),
    #: Where to look: '' and null where no line says it.
    text("file"),
    Column("line", Integer),
    text("column"),
    text("value"),
    text("reason"),
    #: Money of the customer that counts for nothing because what it settles was refused: from when, and how much.
    Column("day", Date),
    text("currency", nullable=True),
    Column("amount", Amount),
    #: Hash of all that but the line, which moves when others are added.
    text("digest"),
    Column("recorded_from", Moment, nullable=False),
    Column("recorded_to", Moment),
    Index("uq_doubt_current", "source", "digest", unique=True, postgresql_where=sql("recorded_to is null")),
    Index("ix_doubt_customer", "source", "customer_key"),
)
