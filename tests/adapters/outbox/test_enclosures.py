"""Reminders with the PDFs of their invoices: which bytes go along, what is said of the others, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from email.parser import BytesParser
from email.policy import default
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from adapters.outbox.preview import preview
from app.usecases.deliver import preview_files
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DAY, ITEMS, SOURCE, Installation
from tests.adapters.outbox.test_dispatch import body

_PDF = b"%PDF-1.7\nI1"


#: Two items whose files the books name.
_NAMED = {**ITEMS, "items": [{**item, "pdf": f"pdf/{item['key']}.pdf"} for item in ITEMS["items"]]}


def _folder(house: Installation) -> Path:
    """Where the files of the books are."""
    (house.source / "pdf").mkdir()
    return house.source / "pdf"


def _attached(message: bytes) -> dict[str, bytes]:
    """What a message carries besides its letter."""
    parts = list(BytesParser(policy=default).parsebytes(message).iter_attachments())
    return {str(part.get_filename()): part.get_content() for part in parts[1:]}


def _documents(house: Installation) -> Mapping[str, str]:
    """What the intent's entry names."""
    with house.system.database.engine.connect() as connection:
        query = text("select max(id) from archive_entry where kind = 'action:intended'")
        entry = connection.execute(query).scalar_one()
    return house.system.records.archive.entry(entry).documents


def test_the_pdfs_that_the_books_name_go_along_and_missing_ones_are_said(
    install: Callable[..., Installation], inbox: Inbox
) -> None:
    house = install(attach="invoices")
    (_folder(house) / "I1.pdf").write_bytes(_PDF)
    house.day(DAY, _NAMED)
    number = house.action().id
    found, files = preview_files(house.system.outbox, number)
    assert found.state == "ready"
    assert set(files) == {
        f"action-{number}.eml",
        f"action-{number}-i1.pdf",
        *[name for name in files if "przyp" in name],
    }
    assert house.states() == ["ready"]
    assert house.deliver(DAY) == {"done": 1}
    [message] = inbox.kept
    assert _attached(message.content) == {"i1.pdf": _PDF} == {"i1.pdf": files[f"action-{number}-i1.pdf"]}
    assert "Załączamy faktury: I1." in body(message)
    assert "Nie mogliśmy załączyć, prześlemy na prośbę: I2." in body(message)
    outcome = house.action().outcome
    assert "attached: I1; not attached: I2 (its file is missing)" in outcome
    assert _documents(house)[sha256(_PDF).hexdigest()] == "application/pdf"
    assert house.system.records.archive.content(sha256(_PDF).hexdigest()) == _PDF
    assert house.system.records.archive.verify().problems == ()


def test_a_link_out_of_the_folder_and_a_file_that_is_no_pdf_stay_here(
    install: Callable[..., Installation], inbox: Inbox, tmp_path: Path
) -> None:
    house = install(attach=["invoices"])
    folder = _folder(house)
    (tmp_path / "secret.pdf").write_bytes(_PDF)
    (folder / "I1.pdf").symlink_to(tmp_path / "secret.pdf")
    (folder / "I2.pdf").write_bytes(b"MZ")
    house.day(DAY, _NAMED)
    house.deliver(DAY)
    [message] = inbox.kept
    assert _attached(message.content) == {}
    assert "I1 (its path leads out of the source's folder or over a link), I2 (its file is no PDF)" in (
        house.action().outcome
    )


def test_one_message_carries_so_much_and_says_what_found_no_room(
    install: Callable[..., Installation], inbox: Inbox
) -> None:
    house = install(attach="invoices", attachments={"largest_mb": 1, "together_mb": 1})
    folder = _folder(house)
    (folder / "I1.pdf").write_bytes(_PDF.ljust(700 << 10))
    (folder / "I2.pdf").write_bytes(_PDF.ljust(700 << 10))
    third = {**_NAMED["items"][0], "key": "I3", "pdf": "pdf/I3.pdf"}
    (folder / "I3.pdf").write_bytes(_PDF.ljust((1 << 20) + 1))
    house.day(DAY, {**_NAMED, "items": [*_NAMED["items"], third]})
    house.deliver(DAY)
    assert list(_attached(inbox.kept[0].content)) == ["i1.pdf"]
    assert "I2 (the message would be too large), I3 (its file is too large)" in house.action().outcome


def test_what_we_issued_goes_along_as_it_was_issued(install: Callable[..., Installation], inbox: Inbox) -> None:
    house = install(attach="invoices")
    house.sync(DAY, {"customers": [{"key": "A", "language": "pl", "kind": "consumer", "name": "Jan Żuraw"}]})
    at = house.system.clock()
    given: dict[str, Any] = {
        "issue_date": "2026-02-01",
        "currency": "PLN",
        "lines": [{"description": "Usługa", "quantity": "1", "price": "100.00", "rate": "23"}],
        "payment": {"form": "cash", "due_date": "2026-03-02"},
        "seller": {"name": "House", "address": "ul. Prosta 1", "tax_id": "1234563218"},
    }
    issued = house.system.issuance.ports.issuing.issue(
        "vat_invoice", SOURCE, "A", given, actor="anna", at=at, today=DAY, language="pl", series="main", connection=None
    )
    pdf = house.system.issuance.documents.content(issued.id, "pdf")
    number = house.system.issuance.documents.get(issued.id).number
    item = {"key": "I1", "document": number, "issued": "2026-02-01", "due": "2026-03-02", "amount": "123.00"}
    house.day(DAY, {"items": [item]})
    assert house.deliver(DAY) == {"done": 1}
    assert list(_attached(inbox.kept[0].content).values()) == [pdf]
    assert f"attached: {number}" in house.action().outcome


@pytest.mark.parametrize(("company", "rule", "attached"), [((), ["invoices"], True), (("invoices",), [], False)])
def test_the_rule_says_what_goes_along_and_the_company_where_it_is_silent(
    install: Callable[..., Installation], company: tuple[str, ...], rule: list[str], attached: bool
) -> None:
    house = install(attach=list(company))
    (_folder(house) / "I1.pdf").write_bytes(_PDF)
    house.day(DAY, _NAMED)
    house.write("update action set params = params || cast(:said as jsonb)", said=json.dumps({"attach": rule}))
    made = preview(house.worker_context, house.action().id, house.system.moment(DAY))
    assert (_attached(made.content or b"") == {"i1.pdf": _PDF}) is attached
    assert ("attached" in made.said) is attached
