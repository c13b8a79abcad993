"""The archive: entries as hashed, their places in the Merkle log, signed checkpoints, contents as sent, keys.

All but the queue and the keys only ever grow: the application may only insert and read
(adapters/database/access/roles), and triggers that are always on refuse UPDATE, DELETE and TRUNCATE to every role.
Nothing the archive claims stands only in a column: every column beside a body repeats what is hashed in it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, LargeBinary, SmallInteger, Table
from sqlalchemy import text as sql

from adapters.database.tables.base import Moment, identity, metadata, text

archive_entry = Table(
    "archive_entry",
    metadata,
    identity(),
    #: Canonical JSON; these very bytes are hashed.
    Column("body", LargeBinary, nullable=False),
    #: Reference of the subject's key; null: about no subject.
    text("subject_ref", nullable=True),
    text("kind"),
    text("case_ref", nullable=True),
    #: The moment in the body.
    Column("recorded_at", Moment, nullable=False),
)
Index("ix_archive_entry_subject", archive_entry.c.subject_ref, postgresql_where=sql("subject_ref is not null"))

#: Entries without a place yet, kept by triggers on archive_entry and archive_leaf. A queue, no evidence.
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

archive_cosignature = Table(
    "archive_cosignature",
    metadata,
    #: Of the checkpoint that was cosigned.
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    #: Name of the witness's key.
    text("witness", primary_key=True),
    #: Signature line, C2SP tlog-cosignature.
    text("line"),
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

#: What stands in the place of a content that was erased; written by the database alone, as an erasure says.
erased_content = Table(
    "erased_content",
    metadata,
    text("sha256", primary_key=True),
    text("media_type"),
    #: The entry of the erasure, which names the hash.
    Column("entry_id", BigInteger, nullable=False),
)

#: Requests to erase a customer, and erasures.
erasure = Table(
    "erasure",
    metadata,
    identity(),
    text("source"),
    text("customer_key"),
    text("requested_by"),
    text("reason"),
    Column("requested_at", Moment, nullable=False),
    #: While it waits: the day on which it is done by itself; null: it is not known yet.
    Column("due_on", Date),
    Column("done_at", Moment),
    #: The archive entry of the erasure, written in the same transaction.
    Column("entry_id", BigInteger),
    #: Since then the customer is taken in again.
    Column("readmitted_at", Moment),
    CheckConstraint("(done_at is null) = (entry_id is null)", name="done"),
    CheckConstraint("readmitted_at is null or done_at is not null", name="readmitted"),
)
Index(
    "uq_erasure_standing",
    erasure.c.source,
    erasure.c.customer_key,
    unique=True,
    postgresql_where=sql("readmitted_at is null"),
)

#: What may not be erased before two people lifted it.
legal_hold = Table(
    "legal_hold",
    metadata,
    identity(),
    #: customer, document, case
    text("scope"),
    #: 'source:customer', id of an issued document, or case of entries, such as 'action:17'
    text("reference"),
    #: 'source:customer'; null: of a case, whoever its entries are about.
    text("owner", nullable=True),
    text("reason"),
    text("set_by"),
    Column("set_at", Moment, nullable=False),
    CheckConstraint("scope in ('customer', 'document', 'case')", name="scope"),
    CheckConstraint("(scope = 'case') = (owner is null)", name="owner"),
)
Index("ix_legal_hold_owner", legal_hold.c.owner)

#: Two rows lift a hold; the key makes them of two people.
legal_hold_lift = Table(
    "legal_hold_lift",
    metadata,
    Column("hold_id", BigInteger, ForeignKey("legal_hold.id"), primary_key=True, autoincrement=False),
    text("lifted_by", primary_key=True),
    text("reason"),
    Column("lifted_at", Moment, nullable=False),
)

#: RFC 3161 tokens over checkpoints.
archive_timestamp = Table(
    "archive_timestamp",
    metadata,
    #: Of the checkpoint that was stamped.
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    #: Where it was asked for.
    text("tsa", primary_key=True),
    #: TimeStampResp, DER.
    Column("token", LargeBinary, nullable=False),
    #: As the token says.
    Column("stamped_at", Moment, nullable=False),
)

#: What may only grow: the log and what it names. Contents also shrink, by what an erasure names.
APPEND_ONLY = (archive_entry, archive_leaf, archive_tile, archive_checkpoint, archive_cosignature, content)
