"""Books of source 'test' that tests write: documents appear, are paid, vanish; and what is issued beside them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from adapters.database.archive.store import Archive
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.documents.register import DocumentRegister, DocumentSettlement
from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from archive.keys.archive_keys import ArchiveKeys
from documents.register.issued import IssuedDocument
from engine.execution.reports import SyncReport
from tests.adapters.database.documents.document_issuer import model
from tests.adapters.finance.folders import FILES, write_folder

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = START.date()
DUE = date(2026, 12, 8)


class Books:
    """The books of source 'test', in which documents appear, are paid and vanish; and what we issue beside them."""

    def __init__(self, database: Engine, folder: Path) -> None:
        self.database = database
        self.archive = Archive(database, ArchiveKeys(folder / "keys"))
        self.issued = IssuedDocuments(database, self.archive)
        self.register = DocumentRegister(database)
        self.folder = folder / "books"
        self.now = START
        self.customers = list(FILES["customers.csv"])
        self.documents: dict[str, str] = {}
        self.items: dict[str, str] = {}
        self.payments: dict[str, tuple[str, str]] = {}
        self.credits: dict[str, tuple[str, str, str]] = {}

    def issue(self, kind: str = "vat_invoice", customer: str = "C1", **changes: Any) -> IssuedDocument:
        """An invoice over 123.00 PLN gross."""
        given = {**model(), "payment": {"due_date": str(DUE)}, **changes}
        if "changes" in given:
            del given["lines"]
        return self.issued.issue(kind, "test", customer, given, language="pl", at=self.now, today=TODAY, actor="anna")

    def book(
        self,
        number: str,
        gross: str = "123.00",
        *,
        customer: str = "C1",
        kind: str = "invoice",
        currency: str = "PLN",
        item: str | None = "",
        direction: str = "debit",
    ) -> None:
        """Enter a document, and an item of it: of the gross amount, of another, or none (None)."""
        self.documents[number] = f"{number},{customer},{kind},2026-11-24,{currency},{gross}"
        if item is not None:
            amount = item or gross.lstrip("-")
            self.items[number] = f"I-{number},{number},{customer},2026-11-24,{DUE},{currency},{amount},{direction}"

    def vanish(self, number: str) -> None:
        """Let a document, its item and its payments go."""
        self.documents.pop(number)
        self.items.pop(number)
        self.payments = {key: paid for key, paid in self.payments.items() if paid[0] != number}

    def pay(self, key: str, number: str, amount: str) -> None:
        """Let a payment settle part of a document."""
        self.payments[key] = (number, amount)

    def sync(self, days: int = 0) -> SyncReport:
        """Write the books and mirror them, an hour later."""
        self.now += timedelta(hours=1, days=days)
        day = str(TODAY)
        allocations = [f"A{key},I-{number},{key},,{day},{amount}" for key, (number, amount) in self.payments.items()]
        allocations += [
            f"X{key},I-{number},,I-{credit},{day},{amount}" for key, (number, credit, amount) in self.credits.items()
        ]
        write_folder(
            self.folder,
            {
                "customers.csv": self.customers,
                "documents.csv": [FILES["documents.csv"][0], *self.documents.values()],
                "items.csv": [FILES["items.csv"][0] + ",direction", *self.items.values()],
                "payments.csv": [
                    FILES["payments.csv"][0],
                    *(f"{key},C1,{day},PLN,{amount}" for key, (_, amount) in self.payments.items()),
                ],
                "allocations.csv": ["key,item,payment,credit,day,amount", *allocations],
                "holds.csv": FILES["holds.csv"][:1],
            },
            item_columns="direction: direction",
        )
        mapping = self.folder / "mapping.yaml"
        told = mapping.read_text("utf-8").replace(
            "payment_key: payment,", "payment_key: payment, credit_item_key: credit,"
        )
        mapping.write_text(told, "utf-8")
        return sync(self.database, CsvFolder(self.folder), now=self.now, append=self.archive.append)

    def stands(self, document: IssuedDocument, today: date = TODAY) -> DocumentSettlement:
        """How a document stands now."""
        settlement = self.register.get(document.id, today=today).settlement
        assert settlement is not None
        return settlement

    def entries(self, customer: str = "C1") -> list[Any]:
        """What the archive has about settlements of a customer."""
        return [entry for entry in self.archive.show("test", customer) if entry.kind == "document:settled"]
