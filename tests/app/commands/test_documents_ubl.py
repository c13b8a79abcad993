from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from documents.einvoice.ubl_check import check_ubl
from tests.app.commands.test_documents import DocumentShell


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> DocumentShell:
    shell = DocumentShell(tmp_path, database_url)
    assert shell("sync").exit_code == 0
    return shell


def test_an_issued_invoice_is_written_for_a_buyer_abroad(shell: DocumentShell) -> None:
    issued = shell.issued(customer="K3", currency="EUR", issue_date=date(2026, 10, 22))
    other = shell.issued()
    out = shell.folder / "out"
    result = shell("documents", "ubl", str(issued["id"]), str(other["id"]), "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    written = [Path(name) for name in json.loads(result.stdout)]
    assert [path.name for path in written] == [
        "".join("-" if character == "/" else character for character in one["number"]) + ".ubl.xml"
        for one in (issued, other)
    ]
    root = etree.fromstring(written[0].read_bytes())
    check_ubl(written[0].read_bytes())
    assert root.findtext("{*}ID") == issued["number"]
    assert root.findtext("{*}LegalMonetaryTotal/{*}PayableAmount") == issued["gross"]
    assert root.findtext("{*}AccountingCustomerParty/{*}Party/{*}PartyTaxScheme/{*}CompanyID") == "DE136695976"
    assert shell("documents", "reproduce", str(issued["id"])).exit_code == 0


def test_other_documents_have_no_such_form(shell: DocumentShell) -> None:
    offered = shell.issued(kind="proforma")
    result = shell("documents", "ubl", str(offered["id"]), "--out", str(shell.folder))
    assert result.exit_code == 2
    assert "neither an invoice nor a correction" in result.stderr
    assert shell("documents", "ubl", "99").exit_code == 2
