"""A process that issues invoices until it has issued enough or is killed, and says each number once it is committed."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any, Final

from adapters.database.archive.store import Archive
from adapters.database.connection import connect
from adapters.database.documents.issued import IssuedDocuments
from archive.keys.archive_keys import ArchiveKeys

AT: Final = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def model(**changes: object) -> dict[str, Any]:
    """A small invoice, as it is given for issuing."""
    return {
        "seller": {
            "name": "Dostawca S.A.",
            "address": "ul. Prosta 1, 00-838 Warszawa",
            "tax_id": "1234563218",
            "accounts": [{"iban": "PL61109010140000071219812874"}],
        },
        "buyer": {"name": "Odbiorca", "address": "ul. Krzywa 2, 30-001 Kraków", "tax_id": "7740001454"},
        "issue_date": "2026-11-24",
        "currency": "PLN",
        "lines": [{"description": "Usługa", "quantity": 1, "price": "100.00", "rate": 23}],
        "payment": {"due_date": "2026-12-08"},
        **changes,
    }


def issue(documents: IssuedDocuments, kind: str = "vat_invoice", **options: Any) -> Any:
    """Issue it to customer K-1 of source 'pl'."""
    given = {"model": model(), "language": "pl", "at": AT, "today": AT.date(), "actor": "anna", **options}
    return documents.issue(kind, "pl", "K-1", given.pop("model"), **given)


def main() -> None:
    """document_issuer URL FOLDER-OF-KEYS COUNT"""
    url, keys, count = sys.argv[1:]
    engine = connect(url)
    documents = IssuedDocuments(engine, Archive(engine, ArchiveKeys(Path(keys))))
    for _ in range(int(count)):
        sys.stdout.write(issue(documents).number + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
