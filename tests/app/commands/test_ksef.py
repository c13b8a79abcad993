"""monitum ksef against a KSeF on loopback; the clock is that of the machine, so the days of the fake are too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml

from app.installation.clock import now
from tests.adapters.ksef.fake_ksef import FakeKsef, fake_ksef
from tests.app.commands.test_documents import DocumentShell

_NIP = "1234563218"


@pytest.fixture
def fake() -> Iterator[FakeKsef]:
    with fake_ksef(now()) as running:
        running.state.tokens["token"] = _NIP
        yield running


@pytest.fixture
def shell(tmp_path: Path, database_url: str, fake: FakeKsef) -> DocumentShell:
    shell = DocumentShell(tmp_path, database_url)
    assert shell("sync").exit_code == 0
    folder = tmp_path / "home" / "keys" / "ksef"
    folder.mkdir()
    (folder / "firma.token").write_text("token\n")
    shell.environment["KSEF_URL"] = fake.url
    return shell


def _json(shell: DocumentShell, *arguments: str, code: int = 0) -> Any:
    result = shell("ksef", *arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_an_invoice_is_sent_and_its_number_printed(shell: DocumentShell, fake: FakeKsef) -> None:
    issued = shell.issued()
    [before] = _json(shell, "status")
    assert (before["state"], before["late"], before["mode"]) == ("waiting", False, "offline24")
    [sent] = _json(shell, "send", "--wait", "0")
    assert sent["state"] == "accepted"
    assert (before["jpk"], sent["jpk"]) == ("DI", "NrKSeF")
    assert _json(shell, "status") == []
    assert [one["ksef_number"] for one in _json(shell, "status", "--all")] == [sent["ksef_number"]]
    out = shell.folder / "out"
    [upo] = _json(shell, "fetch-upo", str(issued["id"]), "--out", str(out))
    assert Path(upo).name == f"UPO-{sent['ksef_number']}.xml"
    assert sent["ksef_number"] in Path(upo).read_text("utf-8")
    [page] = _json(shell, "page", str(issued["id"]), "--out", str(out))
    with pikepdf.open(page) as pdf:
        [attached] = [spec.get_file().read_bytes() for name, spec in pdf.attachments.items() if name.endswith(".xml")]
    [taken] = fake.sent()
    assert attached == taken.xml
    assert shell("documents", "reproduce", str(issued["id"])).exit_code == 0
    assert _json(shell, "send", "--wait", "0") == []
    assert shell("archive", "verify").exit_code == 0


def test_what_was_rejected_is_shown_with_its_reason_and_fails(shell: DocumentShell, fake: FakeKsef) -> None:
    issued = shell.issued()
    fake.state.now -= timedelta(days=1)
    [sent] = _json(shell, "send", str(issued["id"]), "--wait", "0", code=1)
    assert (sent["state"], sent["reason_code"], sent["field"]) == ("rejected", 450, "P_1")
    result = shell("ksef", "status")
    assert result.exit_code == 1
    assert "P_1" in result.stdout
    assert shell("ksef", "page", str(issued["id"])).exit_code == 2
    assert shell("ksef", "fetch-upo", str(issued["id"]), "--wait", "0").exit_code == 2


def test_what_is_late_is_marked_and_an_outage_gives_more_time(shell: DocumentShell) -> None:
    today = now().date()
    shell.issued(issue_date=today - timedelta(days=14), payment={"due_date": date(2049, 12, 31)})
    [late] = _json(shell, "status", code=1)
    assert late["late"]
    assert "LATE" in shell("ksef", "status").stdout
    announced = shell.folder / "outages.yaml"
    announced.write_text(f"outages: [{{kind: failure, first: {today - timedelta(days=15)}, last: {today}}}]\n")
    shell.environment["KSEF_OUTAGES"] = str(announced)
    [given] = _json(shell, "status")
    assert (given["mode"], given["late"]) == ("failure", False)
    assert given["send_by"] > str(today)


@pytest.mark.parametrize(
    ("announced", "named"),
    [
        ("outages: [{kind: storm, first: 2026-03-01}]", "outages.0.kind"),
        ("outages: [{kind: failure, first: 2026-03-02, last: 2026-03-01}]", "outages.0.last"),
        ("outages: [{kind: failure}]", "outages.0.first"),
        ("outages: 1", "outages"),
        ("- [", "YAML"),
    ],
)
def test_wrong_announcements_are_named(shell: DocumentShell, announced: str, named: str) -> None:
    path = shell.folder / "outages.yaml"
    path.write_text(announced)
    shell.environment["KSEF_OUTAGES"] = str(path)
    result = shell("ksef", "status")
    assert result.exit_code == 2
    assert named in result.stderr


def test_what_is_not_set_up_is_said(shell: DocumentShell) -> None:
    shell.issued()
    del shell.environment["KSEF_URL"]
    assert "KSEF_URL" in shell("ksef", "send").stderr
    for url in ("http://ksef.example", "ksef", "https://"):
        shell.environment["KSEF_URL"] = url
        assert shell("ksef", "send").exit_code == 2
    shell.environment["KSEF_URL"] = "http://127.0.0.1:9"
    result = shell("ksef", "send")
    assert (result.exit_code, "does not answer" in result.stderr) == (1, True)
    (shell.folder / "home" / "keys" / "ksef" / "firma.token").unlink()
    result = shell("ksef", "send")
    assert (result.exit_code, "firma.token" in result.stderr) == (2, True)
    assert shell("ksef", "fetch-upo").exit_code == 2
    assert shell("ksef", "page", "99").exit_code == 2


def test_a_correction_states_the_number_of_what_it_corrects_or_is_refused(shell: DocumentShell, fake: FakeKsef) -> None:
    issued = shell.issued()
    line = {"description": "Kabel", "unit": "m", "quantity": "100", "price": "2.50", "rate": 23}
    changes = [{"position": 1, "before": line, "after": {**line, "price": "2.00"}}]
    corrected = {"number": issued["number"], "issue_date": issued["issue_date"]}

    def issue(corrected: dict[str, Any]) -> Any:
        model = {"currency": "PLN", "corrected": corrected, "reason": "rabat", "changes": changes}
        text = yaml.safe_dump(model)
        return shell("documents", "issue", "correcting_invoice", "-", "--customer", "K1", "--json", given=text)

    refused = issue(corrected)
    assert refused.exit_code == 2
    assert "monitum ksef send" in refused.stderr
    [sent] = _json(shell, "send", "--wait", "0")
    assert issue(corrected).exit_code == 0
    assert issue({"number": "STARY/1", "issue_date": issued["issue_date"]}).exit_code == 0
    assert [one["state"] for one in _json(shell, "send", "--wait", "0")] == ["accepted", "accepted"]
    xml = [sent.xml.decode() for sent in fake.sent()]
    assert f"<NrKSeFFaKorygowanej>{sent['ksef_number']}</NrKSeFFaKorygowanej>" in xml[1]
    assert "<NrKSeFN>1</NrKSeFN>" in xml[2]
