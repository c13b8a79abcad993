"""A company that issues invoices, a KSeF on loopback, and the way between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from adapters.database.archive.store import Archive
from adapters.database.documents.issued import IssuedDocuments
from adapters.ksef.client import OnlineKsef
from adapters.ksef.port import Ksef
from adapters.ksef.signing_in import Token
from adapters.ksef.submissions import Submissions
from archive.keys.archive_keys import ArchiveKeys
from documents.register.issued import IssuedDocument
from documents.register.sending import Sending
from tests.adapters.database.documents.document_issuer import AT, issue
from tests.adapters.ksef.fake_ksef import FakeKsef, fake_ksef

NIP = "1234563218"


class Firm:
    """`monitum` of one company with its KSeF."""

    def __init__(self, engine: Engine, folder: Path, fake: FakeKsef) -> None:
        self.engine = engine
        self.fake = fake
        self.archive = Archive(engine, ArchiveKeys(folder / "keys"))
        self.documents = IssuedDocuments(engine, self.archive)
        self.submissions = Submissions(engine, self.archive, self.door)

    def door(self, source: str, at: dt.datetime) -> AbstractContextManager[Ksef]:
        assert source == "pl"
        return OnlineKsef(self.fake.url, NIP, Token("token-of-pl"), at=at, timeout=5)

    def issue(self, kind: str = "vat_invoice", **options: Any) -> IssuedDocument:
        document: IssuedDocument = issue(self.documents, kind, **options)
        return document

    def send(self, *, at: dt.datetime = AT, looks: int = 3, **options: Any) -> list[Sending]:
        return list(self.submissions.send("pl", at=at, looks=looks, pause=0.01, **options))

    def state(self, document: IssuedDocument) -> Sending:
        return self.submissions.sendings.get(document.id)


@pytest.fixture
def fake() -> Iterator[FakeKsef]:
    with fake_ksef(AT) as running:
        running.state.tokens["token-of-pl"] = NIP
        yield running


@pytest.fixture
def firm(database: Engine, tmp_path: Path, fake: FakeKsef) -> Firm:
    return Firm(database, tmp_path, fake)
