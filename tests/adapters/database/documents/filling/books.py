"""Books written for one test, synced into a real database, and documents issued out of them on a day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from adapters.companies.company import Company
from adapters.database.archive.store import Archive
from adapters.database.documents.customer_record import sources_of
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.documents.issuing import Issuing
from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from adapters.finance.rates.nbp import NbpRates
from archive.keys.archive_keys import ArchiveKeys
from documents.register.issued import IssuedDocument
from rules.parameters.loading import law
from tests.scenarios.books import written_at

TODAY = date(2026, 7, 20)
_SENDER = {
    "name": "Firma S.A.",
    "address": ["ul. Prosta 1, 00-838 Warszawa"],
    "tax_id": "1234563218",
    "accounts": [
        {"iban": "PL61109010140000071219812874", "currency": "PLN"},
        {"iban": "PL27114020040000300201355387", "currency": "EUR"},
    ],
}
_MAPPING = """
source: firma
title: Firma
ledger_currency: PLN
jurisdiction: pl
tables:
  - table: customer
    file: customer.csv
    columns: {key: key, name: key, kind: kind, address: address}
  - table: document
    file: document.csv
    columns:
      {key: key, customer_key: customer, kind: kind, number: key, issue_date: issued, currency: currency, gross: amount}
  - table: open_item
    file: open_item.csv
    columns:
      {key: key, document_key: document, customer_key: customer, issue_date: issued, due_date: due, currency: currency,
       direction: {sign_of: amount}, amount: amount, open_amount: open}
  - table: payment
    file: payment.csv
    columns: {key: key, customer_key: customer, paid_on: day, currency: currency, amount: amount}
  - table: allocation
    file: allocation.csv
    columns:
      {key: key, item_key: item, payment_key: payment, credit_item_key: credit, allocated_on: day, amount: amount}
  - table: hold
    file: hold.csv
    columns: {key: key, customer_key: customer, item_key: item, reason: reason, placed_on: day, expires_on: until}
"""
_HEADS = {
    "customer": "key,kind,address",
    "document": "key,customer,kind,issued,currency,amount",
    "open_item": "key,document,customer,issued,due,currency,amount,open",
    "payment": "key,customer,day,currency,amount",
    "allocation": "key,item,payment,credit,day,amount",
    "hold": "key,customer,item,reason,day,until",
}


class Books:
    """The books of one company, and issuing out of them. Every method that changes them is seen after `sync`."""

    def __init__(self, folder: Path, database: Engine) -> None:
        self.folder = folder / "books"
        self.folder.mkdir()
        (self.folder / "mapping.yaml").write_text(_MAPPING, "utf-8")
        self.rows: dict[str, list[str]] = {table: [] for table in _HEADS}
        self.engine = database
        self.syncs = 0
        self.documents = IssuedDocuments(database, Archive(database, ArchiveKeys(folder / "keys")))
        self.sources = partial(sources_of, rates=NbpRates(), law=law)
        self.company = Company("firma", _SENDER, "biuro@firma.example")
        self.issuing = Issuing(database, self.sources, self.documents, lambda _source: self.company)
        for key, kind in (("K1", "business"), ("K2", "consumer"), ("K3", "public_health")):
            self.rows["customer"].append(f'{key},{kind},"ul. Dębowa 7, 18-400 Łomża"')

    def invoice(
        self,
        key: str,
        due: str,
        amount: str,
        *,
        customer: str = "K1",
        currency: str = "PLN",
        issued: str = "2026-01-02",
        kind: str = "invoice",
        left: str = "",
    ) -> None:
        """A document with one item of the same key; negative amounts are credits. `left`: what remains by the books."""
        self.rows["document"].append(f"{key},{customer},{kind},{issued},{currency},{amount}")
        self.rows["open_item"].append(f"I-{key},{key},{customer},{issued},{due},{currency},{amount},{left}")

    def pay(self, key: str, day: str, amount: str, *, booked: str | None = None, customer: str = "K1") -> None:
        """A payment on a day, allocated to an invoice when it was booked."""
        number = len(self.rows["payment"])
        self.rows["payment"].append(f"P{number},{customer},{day},PLN,{amount}")
        self.rows["allocation"].append(f"A-P{number},I-{key},P{number},,{booked or day},{amount}")

    def hold(
        self, reason: str, *, item: str = "", day: str = "2026-01-03", until: str = "", customer: str = "K1"
    ) -> None:
        """A hold of an invoice, or of the customer."""
        number = len(self.rows["hold"])
        self.rows["hold"].append(f"H{number},{customer},{item and f'I-{item}'},{reason},{day},{until}")

    def sync(self, *, today: date = TODAY) -> None:
        """Write the files and read them in."""
        for table, head in _HEADS.items():
            path = self.folder / f"{table}.csv"
            path.write_text("\n".join([head, *self.rows[table], ""]), "utf-8")
            written_at(path, datetime.combine(today, time(), UTC))
        self.syncs += 1
        report = sync(self.engine, CsvFolder(self.folder), now=datetime.combine(today, time(0, self.syncs), UTC))
        assert not report.quarantined, report

    def issue(self, kind: str, *, customer: str = "K1", today: date = TODAY, **given: Any) -> IssuedDocument:
        """Issue at noon of a day."""
        at = datetime.combine(today, time(12), UTC)
        return self.issuing.issue(kind, "firma", customer, given, actor="anna", at=at, today=today)

    def facts(self, issued: IssuedDocument) -> Any:
        """The checked model inside an issued document."""
        return json.loads(self.documents.content(issued.id, "json"))
