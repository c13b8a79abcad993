"""monitum documents on a company of its own: its books, its series, a real database."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

import app.commands.main as cli

_COMPANY = """
source: firma
sender:
  name: Firma S.A.
  address: [ul. Prosta 1, 00-838 Warszawa]
  tax_id: "1234563218"
  accounts: [{iban: PL61109010140000071219812874, currency: PLN}, {iban: PL27114020040000300201355387, currency: EUR}]
  signatory: {name: Anna Nowak}
mail_from: biuro@firma.example
pack: pl
numbering: {vat_invoice: {main: "F/{year}/{number:03d}", wwa: "W/{year}/{number:03d}"}}
"""
_MAPPING = """
source: firma
title: Firma
ledger_currency: PLN
jurisdiction: pl
dates: ["%Y-%m-%d"]
tables:
  - table: customer
    file: customers.csv
    columns: {key: key, name: name, kind: kind, tax_id: nip, address: address, language: language, country: country}
"""
_CUSTOMERS = """key,name,kind,nip,address,language,country
K1,Zakład Żuraw,business,7251801126,"ul. Dębowa 7, 18-400 Łomża",pl,PL
K2,Jan Kowalski,consumer,,"ul. Krzywa 2, 30-001 Kraków",pl,PL
K3,Kranich GmbH,business,DE136695976,"Hafenstr. 1, 20095 Hamburg",de,DE
"""
_RATES = "day,currency,rate\n2026-10-20,EUR,4.2500\n2026-10-21,EUR,4.2600\n"
_LINES = [{"description": "Kabel", "unit": "m", "quantity": "100", "price": "2.50", "rate": 23}]


class DocumentShell:
    """`monitum documents` of one installation."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        source = folder / "firma"
        source.mkdir()
        (source / "company.yaml").write_text(_COMPANY, "utf-8")
        (source / "mapping.yaml").write_text(_MAPPING, "utf-8")
        (source / "customers.csv").write_text(_CUSTOMERS, "utf-8")
        (folder / "rates.csv").write_text(_RATES, "utf-8")
        self.environment = {
            "DATABASE_URL": database_url,
            "MONITUM_HOME": str(folder / "home"),
            "MONITUM_SOURCES": str(source),
            "RATES_CSV": str(folder / "rates.csv"),
            "NO_COLOR": "1",
        }

    def __call__(self, *arguments: str, given: str | None = None) -> Result:
        result = CliRunner(env=self.environment).invoke(cli.main, list(arguments), input=given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def issue(self, *options: str, kind: str = "vat_invoice", customer: str = "K1", **model: Any) -> Result:
        """Issue from a YAML model on standard input."""
        text = yaml.safe_dump(
            {"currency": "PLN", "lines": _LINES, "payment": {"due_date": date(2049, 12, 31)}, **model}
        )
        return self("documents", "issue", kind, "-", "--customer", customer, "--by", "anna", *options, given=text)

    def issued(self, *options: str, **model: Any) -> Any:
        """The same, as JSON."""
        result = self.issue(*options, "--json", **model)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> DocumentShell:
    shell = DocumentShell(tmp_path, database_url)
    assert shell("sync").exit_code == 0
    return shell


def test_an_invoice_is_filled_from_company_books_and_law(shell: DocumentShell) -> None:
    issued = shell.issued()
    assert (issued["gross"], issued["issued_by"], issued["language"]) == ("307.50", "anna", "pl")
    assert issued["number"] == f"F/{date.fromisoformat(issued['issue_date']).year}/001"
    out = shell.folder / "out"
    shown = json.loads(shell("documents", "show", str(issued["id"]), "--out", str(out), "--json").stdout)
    facts = json.loads(next(Path(name) for name in shown if name.endswith(".json")).read_text("utf-8"))
    assert facts["seller"]["tax_id"] == "1234563218"
    assert (facts["buyer"]["name"], facts["buyer"]["key"]) == ("Zakład Żuraw", "K1")
    assert facts["split_payment_above"] == "15000.00"
    assert {Path(name).suffix for name in shown} == {".pdf", ".json", ".xml"}


@pytest.mark.parametrize(
    "supplied", [{"sale_date": date(2026, 10, 22)}, {"period": {"first": "2026-10-01", "last": "2026-10-22"}}]
)
def test_the_rate_is_that_of_the_last_working_day_before_the_supply(
    shell: DocumentShell, supplied: dict[str, Any]
) -> None:
    issued = shell.issued(customer="K3", currency="EUR", issue_date=date(2026, 10, 23), **supplied)
    assert issued["language"] == "de"
    shell("documents", "show", str(issued["id"]), "--out", str(shell.folder))
    facts = json.loads(next(shell.folder.glob("vat-invoice-*.json")).read_text("utf-8"))
    assert facts["exchange"] == {"rate": "4.2600", "day": "2026-10-21", "table": None}
    assert facts["vat_pln"] == {"currency": "PLN", "amount": "244.95"}


def test_a_rate_that_is_not_known_stops(shell: DocumentShell) -> None:
    result = shell.issue(currency="USD", customer="K3")
    assert result.exit_code == 1
    assert "USD" in result.stderr


def test_a_consumer_of_the_books_is_a_consumer_on_the_invoice(shell: DocumentShell) -> None:
    issued = shell.issued(customer="K2")
    shell("documents", "show", str(issued["id"]), "--out", str(shell.folder))
    assert "<BrakID>1</BrakID>" in next(shell.folder.glob("*.xml")).read_text("utf-8")


def test_series_and_kinds_have_their_own_numbers(shell: DocumentShell) -> None:
    year = date.fromisoformat(shell.issued()["issue_date"]).year
    assert shell.issued("--series", "wwa")["number"] == f"W/{year}/001"
    assert shell.issued(kind="proforma")["number"] == f"PRO/00001/{year}"
    assert shell.issued()["number"] == f"F/{year}/002"
    result = shell.issue("--series", "krk")
    assert result.exit_code == 2
    assert "numbering.vat_invoice.krk" in result.stderr


def test_issued_documents_are_listed_reproduced_and_in_the_archive(shell: DocumentShell) -> None:
    first, second = shell.issued(), shell.issued(kind="proforma", customer="K2")
    listed = json.loads(shell("documents", "list", "--json").stdout)
    assert [document["id"] for document in listed] == [second["id"], first["id"]]
    only = json.loads(shell("documents", "list", "--kind", "proforma", "--customer", "K2", "--json").stdout)
    assert [document["number"] for document in only] == [second["number"]]
    assert first["number"] in shell("documents", "list").stdout
    again = shell("documents", "reproduce", str(first["id"]), str(second["id"]), "--json")
    assert again.exit_code == 0
    assert all(result["same"] for result in json.loads(again.stdout))
    assert shell("archive", "verify").exit_code == 0
    assert first["number"] in shell("archive", "show", "K1").stdout


_BOOKED = """
  - table: document
    file: documents.csv
    columns:
      {key: key, customer_key: customer, kind: kind, number: key, issue_date: day, currency: currency, gross: gross}
  - table: open_item
    file: documents.csv
    columns:
      {key: key, document_key: key, customer_key: customer, issue_date: day, due_date: due, currency: currency,
       amount: gross, open_amount: open}
"""


def _book(shell: DocumentShell, *documents: tuple[Any, str, str]) -> None:
    """Let the books know documents, with gross amount and what is open, and mirror them."""
    mapping = shell.folder / "firma" / "mapping.yaml"
    mapping.write_text(_MAPPING + _BOOKED, "utf-8")
    lines = ["key,customer,kind,day,due,currency,gross,open"]
    lines += [
        f"{one['number']},{one['customer_key']},invoice,{one['issue_date']},{one['due_date']},PLN,{gross},{open_}"
        for one, gross, open_ in documents
    ]
    (shell.folder / "firma" / "documents.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert shell("sync").exit_code == 0


def test_documents_are_listed_by_how_they_stand_after_a_sync(shell: DocumentShell) -> None:
    late = shell.issued(issue_date=date(2026, 1, 5), payment={"due_date": date(2026, 1, 19)})
    part, wrong = (shell.issued(payment={"due_date": date(2040, 1, 1)}) for _ in range(2))
    new, offer = shell.issued(customer="K2"), shell.issued(kind="proforma")
    _book(shell, (late, "307.50", "307.50"), (part, "307.50", "7.50"), (wrong, "370.50", "370.50"))

    def listed(*options: str) -> list[int]:
        return [document["id"] for document in json.loads(shell("documents", "list", "--json", *options).stdout)]

    everything = [offer["id"], new["id"], wrong["id"], part["id"], late["id"]]
    assert listed() == everything
    assert listed("--state", "unpaid") == [wrong["id"], late["id"]]
    assert listed("--state", "partly") == [part["id"]]
    assert listed("--state", "unbilled") == [new["id"]]
    assert listed("--overdue") == listed("--due-to", "2026-12-31") == [late["id"]]
    assert listed("--not-overdue", "--customer", "K1") == [offer["id"], wrong["id"], part["id"]]
    assert listed("--sort", "open", "--limit", "2") == [wrong["id"], new["id"]]
    assert listed("--sort", "due_date", "--ascending")[0] == late["id"]
    assert listed("--number", "pro/", "--currency", "PLN") == [offer["id"]]
    table = shell("documents", "list", "--number", wrong["number"]).stdout
    assert "370.50" in table
    assert "not as issued" in " ".join(table.split())
    assert shell("archive", "verify").exit_code == 0


def test_a_key_issues_once(shell: DocumentShell) -> None:
    first, again = shell.issued("--key", "nightly-17"), shell.issued("--key", "nightly-17")
    assert again == first
    other = shell.issue("--key", "nightly-17", customer="K2")
    assert (other.exit_code, "nightly-17" in other.stderr) == (2, True)
    assert shell.issue("--key", " ").exit_code == 2
    assert len(json.loads(shell("documents", "list", "--json").stdout)) == 1


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ({"lines": []}, "lines: "),
        ({"lines": [{**_LINES[0], "rate": 19}]}, "lines.0.rate: "),
        ({"lines": [{**_LINES[0], "price": "2,5"}]}, "lines.0.price: "),
        ({"expected": {"gross": "307.51"}}, "expected.gross: "),
        ({"number": "F/1"}, "number: "),
        ({"issue_date": "soon"}, "issue_date: "),
        ({"issue_date": "2049-12-30"}, "issue_date: "),
        ({"colour": "red"}, "colour: "),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_numbered(shell: DocumentShell, model: dict[str, Any], said: str) -> None:
    result = shell.issue(**model)
    assert result.exit_code == 2
    assert said in result.stderr
    assert json.loads(shell("documents", "list", "--json").stdout) == []
    assert shell.issued()["number"].endswith("/001")


@pytest.mark.parametrize("text", ["lines: [", "- 1", "", "\x00"])
def test_a_file_that_is_no_model_is_refused(shell: DocumentShell, text: str) -> None:
    result = shell("documents", "issue", "vat_invoice", "-", "--customer", "K1", given=text)
    assert result.exit_code == 2
    assert result.stderr.startswith("monitum: -: ")


def test_unknown_customers_documents_and_files_are_told(shell: DocumentShell) -> None:
    assert "K9" in shell.issue(customer="K9").stderr
    assert shell("documents", "show", "77").exit_code == 2
    assert shell("documents", "reproduce", "77").exit_code == 2
    assert shell("documents", "issue", "vat_invoice", "none.yaml", "--customer", "K1").exit_code == 2
    assert shell("documents", "issue", "reminder", "-", "--customer", "K1").exit_code == 2


def test_samples_are_rendered_into_files(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        cli.main,
        ["documents", "render", "vat_invoice", "--sample", "--language", "en", "--png", "--out", str(tmp_path)],
    )
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} == {
        f"vat_invoice.en.{ending}" for ending in ("pdf", "xml", "json", "html", "txt", "1.png")
    }


def test_a_model_file_or_the_sample_not_both(tmp_path: Path) -> None:
    for arguments in ([], ["--sample", "model.yaml"]):
        result = CliRunner().invoke(
            cli.main, ["documents", "render", "vat_invoice", *arguments, "--out", str(tmp_path)]
        )
        assert result.exit_code == 2


_WRITTEN = """
number: F/1
seller: {name: Firma, address: "ul. Prosta 1, 00-838 Warszawa", tax_id: 1234563218}
buyer: {name: Odbiorca, kind: consumer}
issue_date: 2026-11-24
currency: PLN
payment: {paid_on: 2026-11-24, form: cash}
lines:
- {description: no, quantity: 1, price: PRICE, rate: 23}
"""


@pytest.mark.parametrize(
    "price", ["12:30", "010", "0x10", "1_499", "'1_0'", "1e3", "' 10 '", "+5", ".5", "5.", "NaN", ".inf"]
)
def test_a_price_that_readers_of_yaml_take_for_another_is_refused_by_name(run: Any, price: str, tmp_path: Path) -> None:
    model = tmp_path / "model.yaml"
    model.write_text(_WRITTEN.replace("PRICE", price), "utf-8")
    result = run("documents", "render", "vat_invoice", str(model), "--out", str(tmp_path))
    assert (result.exit_code, "lines.0.price: " in result.stderr) == (2, True)


def test_numbers_and_words_of_a_model_stay_what_was_written(run: Any, tmp_path: Path) -> None:
    model = tmp_path / "model.yaml"
    model.write_text(_WRITTEN.replace("PRICE", "12.30"), "utf-8")
    assert run("documents", "render", "vat_invoice", str(model), "--out", str(tmp_path)).exit_code == 0
    xml = (tmp_path / "vat_invoice.pl.xml").read_text("utf-8")
    assert "<P_7>no</P_7>" in xml
    assert "<P_9A>12.3</P_9A>" in xml
    model.write_text(_WRITTEN.replace("PRICE", "12.30, price: 1"), "utf-8")
    twice = run("documents", "render", "vat_invoice", str(model), "--out", str(tmp_path))
    assert (twice.exit_code, "line 9: the key 'price' stands twice" in twice.stderr) == (2, True)
