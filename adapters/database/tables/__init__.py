"""The tables, by concern. Every statement of the house is written against these definitions."""

from adapters.database.tables.archive import (
    APPEND_ONLY,
    archive_checkpoint,
    archive_entry,
    archive_leaf,
    archive_pending,
    archive_tile,
    content,
    subject_key,
)
from adapters.database.tables.base import metadata
from adapters.database.tables.documents import document_sequence, issued_document
from adapters.database.tables.execution import action, action_item, decision, run, run_batch, service_state
from adapters.database.tables.facts import (
    FACT_TABLES,
    allocation,
    customer,
    document,
    hold,
    open_item,
    payment,
    quarantine,
    service,
    source,
)
from adapters.database.tables.rulesets import api_key, idempotency, ruleset_version

__all__ = [
    "APPEND_ONLY", "archive_checkpoint", "archive_entry", "archive_leaf", "archive_pending", "archive_tile", "content",
    "subject_key",
    "document_sequence", "issued_document",
    "FACT_TABLES", "action", "action_item", "allocation", "api_key", "customer", "decision", "document", "hold",
    "idempotency",
    "metadata", "open_item", "payment", "quarantine", "ruleset_version", "run", "run_batch", "service",
    "service_state", "source",
]  # fmt: skip
