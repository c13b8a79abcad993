"""Issued documents, which never change, the counters of their numbers, their settlement, and their way into KSeF."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.database.tables.base import Moment, identity, metadata, text

document_sequence = Table(
    "document_sequence",
    metadata,
    text("source", primary_key=True),
    text("kind", primary_key=True),
    text("series", primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    #: The last number taken. Its row is locked until the document that took it is committed.
    Column("last", Integer, nullable=False),
    CheckConstraint("last > 0", name="last"),
)

issued_document = Table(
    "issued_document",
    metadata,
    identity(),
    text("source"),
    text("kind"),
    text("series"),
    Column("year", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    text("number"),
    text("customer_key"),
    text("language"),
    Column("issue_date", Date, nullable=False),
    Column("due_date", Date),
    #: Null for documents that charge nothing.
    text("currency", nullable=True),
    #: Minor units; of a correction, what it changes.
    Column("net_minor", BigInteger),
    Column("vat_minor", BigInteger),
    Column("gross_minor", BigInteger),
    #: What of gross_minor was not paid before it was issued.
    Column("payable_minor", BigInteger),
    #: What it was rendered from, number included.
    Column("inputs", JSONB, nullable=False),
    #: documents.layout.rendering.recipe: what else its bytes follow from.
    text("recipe"),
    #: Contents by SHA-256.
    text("pdf_sha256"),
    text("json_sha256"),
    text("xml_sha256", nullable=True),
    text("csv_sha256", nullable=True),
    Column("issued_at", Moment, nullable=False),
    text("issued_by"),
    #: The archive entry written in the same transaction.
    Column("entry_id", BigInteger, nullable=False),
    UniqueConstraint("source", "kind", "number"),
    UniqueConstraint("source", "kind", "series", "year", "ordinal"),
)
Index("ix_issued_document_customer", issued_document.c.source, issued_document.c.customer_key)
Index("ix_issued_document_day", issued_document.c.issue_date)

document_settlement = Table(
    "document_settlement",
    metadata,
    identity(),
    Column("document_id", BigInteger, ForeignKey("issued_document.id"), nullable=False),
    #: unbilled (the books do not know it, or know it no more), unpaid, partly, paid
    text("state"),
    #: Minor units of `currency`, signed as the document's amount is; null while unbilled.
    Column("open_minor", BigInteger),
    #: What the books have: key, currency and minor units; null while unbilled.
    text("booked_key", nullable=True),
    text("currency", nullable=True),
    Column("booked_net_minor", BigInteger),
    Column("booked_gross_minor", BigInteger),
    #: The books have another amount or currency than was issued.
    Column("mismatch", Boolean, nullable=False),
    #: The books stopped listing what was still open, and named no payment.
    Column("vanished", Boolean, nullable=False),
    #: Moment of the sync that found it so.
    Column("synced_at", Moment, nullable=False),
    #: The archive entry written in the same transaction.
    Column("entry_id", BigInteger, nullable=False),
    CheckConstraint("state in ('unbilled', 'unpaid', 'partly', 'paid')", name="state"),
    CheckConstraint("(state = 'unbilled') = (booked_key is null)", name="booked"),
)
#: The newest row of a document is how it stands; the older ones are its history.
Index("ix_document_settlement_document", document_settlement.c.document_id, document_settlement.c.id)

ksef_sending = Table(
    "ksef_sending",
    metadata,
    Column("document_id", BigInteger, ForeignKey("issued_document.id"), primary_key=True, autoincrement=False),
    #: 'unknown' is written before anything leaves, and what became of it afterwards.
    text("state"),
    #: The bytes that are sent, by SHA-256 (hex).
    text("xml_sha256"),
    Column("attempts", Integer, nullable=False),
    #: References of KSeF: of the session, known before the invoice leaves, and of the invoice in it.
    text("session", nullable=True),
    text("reference", nullable=True),
    text("ksef_number", nullable=True),
    Column("accepted_at", Moment),
    text("upo_sha256", nullable=True),
    #: What KSeF or the network said last, with the code of KSeF and the element it names.
    text("reason", nullable=True),
    Column("reason_code", Integer),
    text("field", nullable=True),
    #: KSeF asked not to be called before.
    Column("not_before", Moment),
    Column("changed_at", Moment, nullable=False),
    CheckConstraint("state in ('waiting', 'unknown', 'sent', 'accepted', 'rejected')", name="state"),
    CheckConstraint("state <> 'unknown' or session is not null", name="unknown"),
    CheckConstraint("state <> 'sent' or reference is not null", name="sent"),
    CheckConstraint("(state = 'accepted') = (ksef_number is not null)", name="accepted"),
    UniqueConstraint("ksef_number"),
)
Index("ix_ksef_sending_state", ksef_sending.c.state)
