"""Twelve unlike exports of invented companies, and what their columns hold; `python -m` prints how a draft does."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adapters.finance.csv_folder.source import CsvFolder
from adapters.finance.drafting.draft import draft
from adapters.finance.preview import preview

_USUAL = "customer name tax_id number issued due currency gross open"


@dataclass(frozen=True, slots=True)
class Export:
    """A file as one system writes it: `holds` by column ('-' nothing), `owed` the sum of its items as read rightly."""

    name: str
    encoding: str
    holds: str
    lines: tuple[str, ...]
    owed: Decimal


def _export(name: str, encoding: str, holds: str, text: str, owed: str) -> Export:
    return Export(name, encoding, holds, tuple(line.strip() for line in text.strip().splitlines()), Decimal(owed))


EXPORTS = (
    _export(
        "optima.csv",
        "cp1250",
        _USUAL,
        """
        Kontrahent;Nazwa;NIP;Numer dokumentu;Data wystawienia;Termin płatności;Waluta;Brutto;Pozostało
        KŁOS;Kłos sp. z o.o.;521-345-67-89;FV/1/2026;05.01.2026;19.01.2026;PLN;1 234,50;1 234,50
        ŻUK;Żuk s.j.;;FV/2/2026;15.01.2026;29.01.2026;PLN;20,00;0,00""",
        "1254.50",
    ),
    _export(
        "subiekt.csv",
        "iso-8859-2",
        _USUAL,
        """
        Kod klienta;Nazwa kontrahenta;NIP;Nr faktury;Data faktury;Termin zapłaty;Waluta;Wartość brutto;Do zapłaty
        1;Świt Łódź;5213456789;1/26;2026-01-13;2026-02-13;PLN;100,00 zł;50,00 zł
        2;Zażółć;;2/26;2026-01-14;2026-02-14;PLN;5,05 zł;5,05 zł""",
        "105.05",
    ),
    _export(
        "dos.csv",
        "cp852",
        "customer name number issued due gross",
        """
        Klient;Firma;Faktura;Data;Termin;Kwota
        001;Gęś i Żaba;A1;31.01.26;14.02.26;1.000,00
        002;Łoś;A2;15.01.26;13.02.26;2.500,50""",
        "3500.50",
    ),
    _export(
        "wapro.csv",
        "utf-16",
        _USUAL,
        """
        Klient\tNazwa klienta\tNIP\tNumer\tWystawiono\tTermin\tWaluta\tKwota brutto\tSaldo
        7\tŹrebak\t\tF7\t2026-01-20 00:00:00\t2026-02-20 00:00:00\tPLN\t7,00\t7,00
        8\tCiżba\t\tF8\t2026-01-21 00:00:00\t2026-02-21 00:00:00\tEUR\t8,10\t8,10""",
        "15.10",
    ),
    _export(
        "sap.csv",
        "utf-8",
        "customer name - number issued due currency open",
        """
        cust_number,name_customer,business_code,doc_id,document_create_date,due_in_date,invoice_currency,total_open_amount
        0200769623,WAL-MAR corp,U001,1930438491.0,20260126,20260310,USD,54273.28
        200769623,WAL-MAR corp,U001,1930438492.0,20260127,20260311,USD,100.10""",
        "54373.38",
    ),
    _export(
        "fbl5n.csv",
        "utf-8-sig",
        "customer name number issued due currency gross",
        """
        Accounts receivable|||||||
        Account|Company name|Document number|Document date|Due date|Currency|Amount
        100|Alpha Ltd|90001|2026/01/31|2026/02/28|EUR|1,234.56
        101|Beta Ltd|90002|2026/01/30|2026/02/27|EUR|234.00-""",
        "1468.56",
    ),
    _export(
        "quickbooks.csv",
        "utf-8",
        "name number issued due gross open",
        """
        Customer name,Invoice no.,Invoice date,Due date,Amount,Balance
        Alfa Inc,1001,01/31/2026,02/28/2026,"$1,000.00","$1,000.00"
        Beta Inc,1002,01/15/2026,02/14/2026,($120.00),$0.00""",
        "1120.00",
    ),
    _export(
        "uk.csv",
        "cp1252",
        "customer name email number issued due currency gross",
        """
        Account no;Company;E-mail;Invoice number;Issue date;Payment due;Curr.;Gross amount
        A1;Café Noël;a@x.example;I-1;31 Jan 2026;28 Feb 2026;GBP;£10.50
        A2;Smith;b@x.example;I-2;15 Jan 2026;14 Feb 2026;GBP;£20.00""",
        "30.50",
    ),
    _export(
        "datev.csv",
        "cp1252",
        "customer name number issued due net vat gross",
        """
        Kundennummer;Kundenname;Rechnungsnummer;Rechnungsdatum;Fälligkeit;Netto;MwSt;Brutto
        10001;Müller Söhne;R-1;31.01.2026;28.02.2026;1.000,00;190,00;1.190,00
        10002;Jäger;R-2;13.01.2026;27.02.2026;100,00;19,00;119,00""",
        "1309.00",
    ),
    _export(
        "lexware.csv",
        "utf-8",
        "customer name number issued due open",
        """
        Debitor\tFirma\tBelegnr.\tBelegdatum\tFällig am\tOffener Betrag
        70001\tGroß GmbH\t26-1\t2026-01-31\t2026-02-28\t1190.00
        70002\tKlein KG\t26-2\t2026-01-30\t2026-02-27\t-19.00""",
        "1209.00",
    ),
    _export(
        "swiss.csv",
        "utf-8",
        "customer name number issued due currency gross",
        """
        Kd-Nr;Firmenname;Rechnung;Datum;Zahlbar bis;Währung;Betrag
        1;Alpen AG;1;31.1.2026;28.2.2026;CHF;1'250.50
        2;Berg AG;2;1.1.2026;30.1.2026;CHF;99.00""",
        "1349.50",
    ),
    _export(
        "raport.csv",
        "cp1250",
        "name tax_id number sold issued due gross -",
        """
        Zestawienie należności na dzień 31.01.2026

        Nabywca;NIP nabywcy;Nr dokumentu;Data sprzedaży;Data wystawienia;Termin;Kwota;Uwagi
        Ćma;5213456789;1;30-01-2026;31-01-2026;14-02-2026;–5,00;pilne
        Dąb;;2;30-01-2026;31-01-2026;14-02-2026;15,00;""",
        "20.00",
    ),
)


def write(export: Export, folder: Path) -> Path:
    """The export as a file of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / export.name
    path.write_bytes("".join(f"{line}\r\n" for line in export.lines).encode(export.encoding))
    return path


def tried(export: Export, folder: Path) -> tuple[int, int, bool]:
    """Columns right, columns, and whether the draft as it stands reads every item, and the right sum."""
    path = write(export, folder)
    found = draft([path])
    wanted = [None if one == "-" else one for one in export.holds.split()]
    right = sum(one.holds == want for one, want in zip(found.columns, wanted, strict=True))
    (folder / "mapping.yaml").write_text(found.mapping, "utf-8")
    seen = preview(CsvFolder(folder), first=1000)
    items = seen.tables["open_item"]
    at = items.fields.index("amount")
    reads = not seen.problems and sum(Decimal(str(row[at])) for row in items.rows) == export.owed
    return right, len(wanted), reads


def figures() -> Iterator[str]:
    """One line an export, and the sum."""
    right = columns = read = 0
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for export in EXPORTS:
            good, all_of, reads = tried(export, Path(folder) / export.name.partition(".")[0])
            how = "read as it stands" if reads else "to be finished"
            yield f"{export.name:16} {good:2} of {all_of:2} columns  {how}"
            right, columns, read = right + good, columns + all_of, read + reads
    seconds = time.process_time() - start
    yield f"together {right} of {columns} columns; {read} of {len(EXPORTS)} read as they stand; {seconds:.2f} CPU s"


if __name__ == "__main__":
    print("\n".join(figures()))
