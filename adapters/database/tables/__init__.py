"""The tables, by concern. Every statement of the house is written against these definitions."""

from adapters.database.tables.archive import (
    APPEND_ONLY,
    archive_checkpoint,
    archive_cosignature,
    archive_entry,
    archive_leaf,
    archive_pending,
    archive_tile,
    archive_timestamp,
    content,
    erased_content,
    erasure,
    legal_hold,
    legal_hold_lift,
    subject_key,
)
from adapters.database.tables.base import metadata
from adapters.database.tables.documents import document_sequence, document_settlement, issued_document, ksef_sending
from adapters.database.tables.execution import (
    action,
    action_item,
    bounce,
    decision,
    mass_hold,
    occurrence,
    run,
    run_batch,
    service_state,
    target_rest,
)
from adapters.database.tables.facts import (
    FACT_TABLES,
    allocation,
    customer,
    document,
    doubt,
    finding,
    hold,
    open_item,
    payment,
    quarantine,
    service,
    source,
)
from adapters.database.tables.rulesets import api_key, idempotency, ruleset_version

__all__ = [
    "APPEND_ONLY", "archive_checkpoint", "archive_cosignature", "archive_entry", "archive_leaf", "archive_pending",
    "archive_tile", "archive_timestamp", "content", "erased_content", "erasure", "legal_hold", "legal_hold_lift",
    "subject_key",
    "document_sequence", "document_settlement", "issued_document", "ksef_sending",
    "FACT_TABLES", "action", "action_item", "allocation", "api_key", "bounce", "customer", "decision", "document",
    "doubt", "finding", "hold",
    "idempotency", "mass_hold", "occurrence", "target_rest",
    "metadata", "open_item", "payment", "quarantine", "ruleset_version", "run", "run_batch", "service",
    "service_state", "source",
]  # fmt: skip
