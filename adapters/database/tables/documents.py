"""Issued documents and the counters their numbers come from. An issued document is never changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Integer, Table, UniqueConstraint
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
    #: What it was rendered from, number included.
    Column("inputs", JSONB, nullable=False),
    #: documents.rendering.recipe: what else its bytes follow from.
    text("recipe"),
    #: Contents by SHA-256.
    text("pdf_sha256"),
    text("json_sha256"),
    text("xml_sha256", nullable=True),
    Column("issued_at", Moment, nullable=False),
    text("issued_by"),
    #: The archive entry written in the same transaction.
    Column("entry_id", BigInteger, nullable=False),
    UniqueConstraint("source", "kind", "number"),
    UniqueConstraint("source", "kind", "series", "year", "ordinal"),
)
Index("ix_issued_document_customer", issued_document.c.source, issued_document.c.customer_key)
Index("ix_issued_document_day", issued_document.c.issue_date)
