"""The archive: entries as hashed, their places in the Merkle log, signed checkpoints, contents as sent, keys.

Entries, leaves, tiles, checkpoints and contents only ever grow: triggers that are always on refuse UPDATE, DELETE and
TRUNCATE. Nothing the archive claims stands only in a column: every column beside a body repeats what is hashed in it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, SmallInteger, Table
from sqlalchemy import text as sql

from adapters.database.tables.base import Moment, identity, metadata, text

archive_entry = Table(
    "archive_entry",
    metadata,
    identity(),
    #: Canonical JSON; these very bytes are hashed.
    Column("body", LargeBinary, nullable=False),
    #: Reference of the subject's key; null: about nobody.
    text("subject_ref", nullable=True),
    text("kind"),
    text("case_ref", nullable=True),
    #: The moment in the body.
    Column("recorded_at", Moment, nullable=False),
)
Index("ix_archive_entry_subject", archive_entry.c.subject_ref, postgresql_where=sql("subject_ref is not null"))

#: Entries without a place yet: a trigger on archive_entry fills it, the integrator empties it. A queue, no evidence.
archive_pending = Table(
    "archive_pending", metadata, Column("entry_id", BigInteger, primary_key=True, autoincrement=False)
)

archive_leaf = Table(
    "archive_leaf",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", BigInteger, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("octet_length(hash) = 32", name="hash"),
)

archive_tile = Table(
    "archive_tile",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    #: 256 hashes: only full tiles are stored.
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("octet_length(data) = 8192", name="full"),
)

archive_checkpoint = Table(
    "archive_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    #: C2SP signed note.
    text("note"),
)

content = Table(
    "content",
    metadata,
    #: Of the data, lower-case hex. The entry that names it says when and why it was kept.
    text("sha256", primary_key=True),
    text("media_type"),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
)

subject_key = Table(
    "subject_key",
    metadata,
    text("subject_ref", primary_key=True),
    #: 'source:customer'
    text("owner"),
    #: The data key under the key-encryption key; null once it is destroyed, and the subject with it.
    Column("wrapped", LargeBinary),
    Column("destroyed_at", Moment),
    CheckConstraint("(wrapped is null) = (destroyed_at is not null)", name="destroyed"),
)
Index("uq_subject_key_owner", subject_key.c.owner, unique=True, postgresql_where=sql("destroyed_at is null"))
Index("ix_subject_key_owner", subject_key.c.owner)

#: What may only grow.
APPEND_ONLY = (archive_entry, archive_leaf, archive_tile, archive_checkpoint, content)
