"""Ruleset versions and the keys of those who may use the API."""

from __future__ import annotations

from sqlalchemy import ARRAY, CheckConstraint, Column, Date, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from adapters.database.tables.base import Moment, identity, metadata, text

ruleset_version = Table(
    "ruleset_version",
    metadata,
    identity(),
    text("ruleset"),
    Column("number", Integer, nullable=False),
    #: SHA-256 of the canonical document with its guards; null while a draft is edited.
    text("version", nullable=True),
    #: The YAML as written, and the guards of its jurisdiction pack as they were when it was submitted.
    text("body"),
    text("guards"),
    #: draft, submitted, approved, withdrawn
    text("status"),
    text("author"),
    #: All editors and submitters, the author too.
    Column("editors", ARRAY(Text), nullable=False),
    text("reason", nullable=True),
    text("submitted_by", nullable=True),
    text("approver", nullable=True),
    Column("effective_from", Date),
    #: Day from which a later version of the same ruleset is effective; null: open.
    Column("effective_to", Date),
    #: Counts edits of the draft: the ETag.
    Column("edition", Integer, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
    Column("approved_at", Moment),
    UniqueConstraint("ruleset", "number"),
    CheckConstraint("status in ('draft', 'submitted', 'approved', 'withdrawn')", name="status"),
    CheckConstraint("approver is null or approver <> author", name="four_eyes"),
    CheckConstraint("approver is null or approver <> all(editors)", name="editors"),
    CheckConstraint("(status = 'approved') <= (effective_from is not null)", name="effective"),
)
Index(
    "uq_ruleset_version_draft",
    ruleset_version.c.ruleset,
    unique=True,
    postgresql_where=sql("status in ('draft', 'submitted')"),
)

api_key = Table(
    "api_key",
    metadata,
    text("id", primary_key=True),
    text("owner"),
    #: SHA-256 of the secret part; a 256-bit secret needs no slow hash.
    text("secret_hash"),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
)

#: Answers to requests that carried an idempotency key: the same request again gets the same answer.
idempotency = Table(
    "idempotency",
    metadata,
    text("owner", primary_key=True),
    text("key", primary_key=True),
    #: SHA-256 of what was asked.
    text("digest"),
    Column("answer", JSONB, nullable=False),
    Column("created_at", Moment, nullable=False),
)
