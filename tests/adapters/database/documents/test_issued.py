from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from adapters.database.archive.store import Archive
from adapters.database.documents.issued import IssuedDocuments
from archive.keys.archive_keys import ArchiveKeys
from documents.einvoice import electronic
from documents.model import ModelSchema
from engine.errors import ArchiveBroken, Conflict, InvalidInput, NotFound
from tests.adapters.database.documents.document_issuer import AT, issue, model

_ROOT = Path(__file__).parents[4]


@pytest.fixture
def archive(database: Engine, tmp_path: Path) -> Archive:
    return Archive(database, ArchiveKeys(tmp_path / "keys"))


@pytest.fixture
def documents(database: Engine, archive: Archive) -> IssuedDocuments:
    return IssuedDocuments(database, archive)


def _numbers(documents: IssuedDocuments) -> list[str]:
    return sorted(document.number for document in documents.find())


def test_an_issued_invoice_is_numbered_kept_and_in_the_archive(documents: IssuedDocuments, archive: Archive) -> None:
    issued = issue(documents)
    assert (issued.number, issued.gross_minor, issued.currency) == ("FV/00001/2026", 12300, "PLN")
    assert documents.get(issued.id) == issued
    assert documents.content(issued.id, "pdf").startswith(b"%PDF")
    assert json.loads(documents.content(issued.id, "json"))["number"] == "FV/00001/2026"
    assert b"<P_2>FV/00001/2026</P_2>" in documents.content(issued.id, "xml")
    assert b"2026-11-24T09:00:00Z" in documents.content(issued.id, "xml")
    [entry] = archive.show("pl", "K-1")
    assert (entry.kind, entry.actor, entry.public["ordinal"]) == ("document:issued", "anna", 1)
    assert (entry.personal or {})["number"] == "FV/00001/2026"
    assert set(entry.documents) == {issued.pdf_sha256, issued.json_sha256, issued.xml_sha256}
    archive.integrate()
    assert archive.verify().ok


def test_a_document_is_rendered_again_byte_for_byte(documents: IssuedDocuments) -> None:
    for kind in ("vat_invoice", "proforma"):
        again = documents.reproduce(issue(documents, kind, language="en").id)
        assert (again.same, again.same_recipe, again.differing) == (True, True, ())


def test_a_document_that_comes_out_otherwise_is_told(documents: IssuedDocuments, superuser: Engine) -> None:
    issued = issue(documents)
    with superuser.begin() as connection:
        connection.execute(text("alter table issued_document disable trigger user"))
        connection.execute(text("update issued_document set inputs = jsonb_set(inputs, '{buyer,name}', '\"Inny\"')"))
    again = documents.reproduce(issued.id)
    assert again.differing == ("pdf", "json", "xml")
    assert again.same_recipe


def test_every_kind_series_and_year_counts_from_1(documents: IssuedDocuments) -> None:
    old = {"issue_date": "2025-12-30", "payment": {"due_date": "2026-01-15"}}
    numbers = [
        issue(documents).number,
        issue(documents).number,
        issue(documents, "proforma").number,
        issue(documents, series="B", numbering="B/{number:03d}/{year}").number,
        issue(documents, model=model(**old)).number,
        issue(documents).number,
    ]
    assert numbers == [
        "FV/00001/2026",
        "FV/00002/2026",
        "PRO/00001/2026",
        "B/001/2026",
        "FV/00001/2025",
        "FV/00003/2026",
    ]


def test_another_source_counts_for_itself(documents: IssuedDocuments) -> None:
    issue(documents)
    other = documents.issue("vat_invoice", "eu", "K-1", model(), language="pl", at=AT, today=AT.date(), actor="anna")
    assert other.number == "FV/00001/2026"


def test_a_number_two_series_would_share_is_refused_and_not_lost(documents: IssuedDocuments) -> None:
    issue(documents)
    with pytest.raises(Conflict, match="FV/00001/2026"):
        issue(documents, series="B")
    assert _numbers(documents) == ["FV/00001/2026"]
    assert issue(documents).number == "FV/00002/2026"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": []}, "lines"),
        ({"expected": {"gross": "1.00"}}, "expected.gross"),
        ({"number": "FV/1"}, "number"),
        ({"issued_at": "2026-11-24T09:00:00Z"}, "issued_at"),
        ({"issue_date": "2026-11-25", "payment": {"due_date": "2026-12-08"}}, "issue_date"),
        ({"buyer": {"key": "K-2", "name": "X", "kind": "consumer"}}, "buyer.key"),
        ({"lines": [{"description": "U", "quantity": 1, "price": 1.5, "rate": 23}]}, "lines.0.price"),
    ],
)
def test_what_is_refused_takes_no_number(
    documents: IssuedDocuments, archive: Archive, database: Engine, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        issue(documents, model=model(**changes))
    assert caught.value.field == field
    with database.connect() as connection:
        assert connection.execute(text("select count(*) from document_sequence")).scalar_one() == 0
    assert archive.show("pl", "K-1") == []
    assert issue(documents).number == "FV/00001/2026"


def test_a_page_that_cannot_be_set_gives_its_number_back(documents: IssuedDocuments) -> None:
    with pytest.raises(InvalidInput, match=r"lines\.0\.description"):
        issue(documents, model=model(lines=[{"description": "漢", "quantity": 1, "price": "1", "rate": 23}]))
    assert issue(documents).number == "FV/00001/2026"


def test_a_number_is_given_back_also_when_the_transaction_goes_on(documents: IssuedDocuments, database: Engine) -> None:
    with database.begin() as connection:
        with pytest.raises(InvalidInput, match=r"lines\.0\.description"):
            issue(
                documents,
                model=model(lines=[{"description": "漢", "quantity": 1, "price": "1", "rate": 23}]),
                connection=connection,
            )
        assert issue(documents, connection=connection).number == "FV/00001/2026"
    assert _numbers(documents) == ["FV/00001/2026"]


def test_an_invoice_is_checked_once_and_its_electronic_form_built_once(
    documents: IssuedDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    for function in ("fa3_xml", "check_fa3"):
        monkeypatch.setattr(electronic, function, _noted(done, getattr(electronic, function)))
    monkeypatch.setattr(ModelSchema, "load", _noted(done, ModelSchema.load))
    issue(documents)
    assert sorted(done) == ["check_fa3", "fa3_xml", "load"]


def _noted(done: list[str], function: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*given: Any, **named: Any) -> Any:
        done.append(function.__name__)
        return function(*given, **named)

    return noted


def test_a_transaction_that_is_rolled_back_gives_its_number_back(documents: IssuedDocuments, database: Engine) -> None:
    def issue_and_fail() -> None:
        with database.begin() as connection:
            assert issue(documents, connection=connection).number == "FV/00001/2026"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        issue_and_fail()
    assert documents.find() == []
    assert issue(documents).number == "FV/00001/2026"


def test_messages_are_not_issued_under_a_number(documents: IssuedDocuments) -> None:
    with pytest.raises(InvalidInput, match="reminder"):
        issue(documents, "reminder")
    with pytest.raises(NotFound):
        issue(documents, "love_letter")


def test_documents_are_found_by_kind_customer_and_day(documents: IssuedDocuments) -> None:
    invoice, proforma = issue(documents), issue(documents, "proforma")
    day = dt.timedelta(days=1)
    assert documents.find(kind="proforma", source="pl") == [proforma]
    assert documents.find(customer="K-1", first=AT.date(), last=AT.date()) == [proforma, invoice]
    assert documents.find(first=AT.date() + day) == documents.find(last=AT.date() - day) == []
    assert documents.find(customer="K-2") == documents.find(source="eu") == []
    assert documents.find(limit=1) == [proforma]
    assert invoice.as_json()["gross"] == "123.00"


def test_what_is_not_there_is_not_found(documents: IssuedDocuments) -> None:
    with pytest.raises(NotFound):
        documents.get(1)
    with pytest.raises(NotFound, match="xml"):
        documents.content(issue(documents, "proforma").id, "xml")


def test_an_issued_document_is_never_changed(documents: IssuedDocuments, superuser: Engine) -> None:
    issue(documents)
    for statement in ("update issued_document set number = 'x'", "delete from issued_document"):
        with pytest.raises(ProgrammingError, match="only grows"), superuser.begin() as connection:
            connection.execute(text(statement))


def test_a_content_that_was_changed_is_not_given_out(documents: IssuedDocuments, superuser: Engine) -> None:
    issued = issue(documents)
    with superuser.begin() as connection:
        connection.execute(text("alter table content disable trigger only_grows"))
        connection.execute(text("update content set data = 'x' where sha256 = :sha"), {"sha": issued.pdf_sha256})
    with pytest.raises(ArchiveBroken):
        documents.content(issued.id, "pdf")


def test_four_processes_that_are_killed_leave_no_gap_and_no_twin(
    database_url: str, documents: IssuedDocuments, archive: Archive, tmp_path: Path
) -> None:
    """Over 200 issues by four processes at once; at every 15th document one is killed and another takes its place."""
    command = [
        sys.executable,
        "-m",
        "tests.adapters.database.documents.document_issuer",
        database_url,
        str(tmp_path / "keys"),
        "999",
    ]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)

    running, said = [start() for _ in range(4)], []
    for reached in range(15, 211, 15):
        _wait_for(documents, reached, running)
        victim = running.pop(0)
        said += _killed(victim)
        running.append(start())
    for process in running:
        said += _killed(process)

    numbers = _numbers(documents)
    assert len(numbers) >= 210
    assert numbers == [f"FV/{number:05d}/2026" for number in range(1, len(numbers) + 1)]
    assert len(said) == len(set(said))
    assert set(said) <= set(numbers)
    assert len(archive.show("pl", "K-1")) == len(numbers)
    archive.integrate()
    assert archive.verify().ok


def _wait_for(documents: IssuedDocuments, count: int, running: Sequence[subprocess.Popen[str]]) -> None:
    """Until so many documents are issued, however busy the machine is; fails when a process ended by itself."""
    while len(documents.find()) < count:
        assert all(process.poll() is None for process in running), "a process ended by itself"
        time.sleep(0.02)


def _killed(process: subprocess.Popen[str]) -> list[str]:
    """The numbers a process said before it was killed; it must have been at work."""
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    return process.communicate()[0].split()
