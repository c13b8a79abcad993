"""Issuing happens wholly or not at all, inside the caller's transaction, and once for a key whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from adapters.database.access.idempotency import Idempotency
from adapters.database.archive.store import Archive
from adapters.database.connection import connect
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.documents.issuing import Issuing
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import InvalidInput, NotFound
from tests.adapters.database.documents.filling.books import TODAY, Books

AT = datetime(2026, 7, 20, 9, tzinfo=UTC)
MODEL: Mapping[str, Any] = {
    "currency": "PLN",
    "payment": {"due_date": "2026-08-03"},
    "buyer": {"name": "Odbiorca", "address": "ul. Krzywa 2, 30-001 Kraków", "tax_id": "7740001454"},
    "lines": [{"description": "Usługa", "quantity": 1, "price": "100.00", "rate": 23}],
}


@pytest.fixture
def issuing(books: Books) -> Issuing:
    books.sync()
    return books.issuing


def issue(issuing: Issuing, kind: str = "vat_invoice", customer: str = "K1", **options: Any) -> int:
    given = options.pop("given", MODEL)
    return issuing.issue(kind, "firma", customer, given, actor="anna", at=AT, today=TODAY, **options).id


def issued(database: Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.execute(text("select number from issued_document order by id")).scalars())


def test_a_caller_that_fails_afterwards_takes_the_document_along(issuing: Issuing, database: Engine) -> None:
    def effect(connection: Connection) -> Mapping[str, Any]:
        issue(issuing, connection=connection)
        raise RuntimeError("the answer could not be written")

    idempotency = Idempotency(database)
    with pytest.raises(RuntimeError):
        idempotency.once("anna", "k", "digest", effect, now=AT)
    assert issued(database) == []

    def once() -> Mapping[str, Any]:
        return idempotency.once("anna", "k", "digest", lambda unit: {"id": issue(issuing, connection=unit)}, now=AT)

    answer = once()
    assert issued(database) == ["FV/00001/2026"]
    assert once() == answer


def test_documents_of_one_transaction_are_issued_together(issuing: Issuing, database: Engine) -> None:
    with database.begin() as connection:
        issue(issuing, connection=connection)
        issue(issuing, "proforma", connection=connection)
        assert issued(database) == []
    assert issued(database) == ["FV/00001/2026", "PRO/00001/2026"]


def test_several_installations_asked_at_once_with_one_key_issue_once(
    books: Books, issuing: Issuing, database_url: str, tmp_path: Path
) -> None:
    """Each has connections of its own, as processes have: only the database can tell them from each other."""
    keys = ArchiveKeys(tmp_path / "keys")

    def ask(_: int) -> Mapping[str, Any]:
        engine = connect(database_url)
        own = Issuing(engine, books.sources, IssuedDocuments(engine, Archive(engine, keys)), lambda _: books.company)
        answer = Idempotency(engine).once(
            "anna", "k", "digest", lambda unit: {"id": issue(own, connection=unit)}, now=AT
        )
        engine.dispose()
        return answer

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(ask, range(12)))
    assert len({answer["id"] for answer in answers}) == 1
    assert issued(books.engine) == ["FV/00001/2026"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"kind": "reminder"}, InvalidInput),
        ({"series": "none"}, InvalidInput),
        ({"customer": "K9"}, NotFound),
        ({"given": {}}, InvalidInput),
    ],
)
def test_what_cannot_be_issued_leaves_nothing(
    issuing: Issuing, database: Engine, options: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        issue(issuing, **options)
    with database.connect() as connection:
        assert connection.scalar(text("select count(*) from document_sequence")) == 0
