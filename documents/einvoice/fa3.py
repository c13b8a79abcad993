"""An invoice as FA(3), the structure KSeF takes.

Source: schema FA(3) 1-0E of the Ministry of Finance, namespace http://crd.gov.pl/wzor/2025/06/25/13775/.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from lxml import etree

from documents.einvoice.fa3_lines import corrected_lines, invoice_lines, no_lines, order, payments_in_advance
from documents.einvoice.fa3_parties import address, buyer, identity, seller, third_parties
from documents.einvoice.fa3_payment import payment
from documents.einvoice.xml_tree import Node, attach, exact, money
from documents.invoicing.annotations import LAWS
from documents.invoicing.corrected import EFFECTS
from documents.invoicing.margin import SCHEMES
from documents.invoicing.vat_rates import RATES
from documents.model import CheckedModel, Facts

NAMESPACE: Final = "http://crd.gov.pl/wzor/2025/06/25/13775/"
_SYSTEM: Final = "Monitum"
_BASIS: Final = dict(zip(LAWS, ("P_19A", "P_19B", "P_19C"), strict=True))
_SCHEME: Final = dict(zip(SCHEMES, ("P_PMarzy_2", "P_PMarzy_3_1", "P_PMarzy_3_2", "P_PMarzy_3_3"), strict=True))


def fa3_xml(model: CheckedModel) -> bytes:
    """The FA(3) document of a checked invoice or correction, UTF-8 without BOM; the same model gives the same bytes."""
    root = etree.Element(f"{{{NAMESPACE}}}Faktura", nsmap={None: NAMESPACE})
    nodes = [
        _header(model),
        seller(model["seller"]),
        buyer(model),
        *third_parties(model),
        _body(model),
        *_footer(model),
    ]
    attach(root, NAMESPACE, nodes)
    etree.indent(root)
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data


def _header(model: Facts) -> Node:
    code = ("KodFormularza", "FA", {"kodSystemowy": "FA (3)", "wersjaSchemy": "1-0E"})
    return (
        "Naglowek",
        [code, ("WariantFormularza", "3"), ("DataWytworzeniaFa", model["issued_at"]), ("SystemInfo", _SYSTEM)],
    )


def _body(model: Facts) -> Node:
    lines = {"KOR": corrected_lines, "ZAL": no_lines}.get(model["type"], invoice_lines)(model)
    return (
        "Fa",
        [
            ("KodWaluty", model["currency"]),
            ("P_1", str(model["issue_date"])),
            ("P_1M", model["seller"]["place"]),
            ("P_2", model["number"]),
            *_supplied(model),
            *_sums(model),
            ("P_15", money(model["gross"])),
            ("KursWalutyZ", exact(model["exchange"]["rate"]) if model["exchange"] and model["type"] == "ZAL" else None),
            _annotations(model),
            ("RodzajFaktury", model["type"]),
            *(_correction(model) if model["type"] == "KOR" else ()),
            *(payments_in_advance(model) if model["type"] == "ZAL" else ()),
            *(("DodatkowyOpis", [("Klucz", "Uwagi"), ("Wartosc", note)]) for note in _short(model["notes"])),
            *(_advance(advance) for advance in model.get("advances", ())),
            *lines,
            payment(model),
            _terms(model["order"]),
            *(order(model) if model["type"] == "ZAL" else ()),
        ],
    )


def _short(notes: Iterable[str]) -> Iterable[str]:
    """Notes in pieces of at most 256 characters."""
    for note in notes:
        yield from (piece for start in range(0, len(note), 256) if (piece := note[start : start + 256].strip()))


def _supplied(model: Facts) -> Iterable[Node]:
    """The day of supply where it is not the day of issue, or the period."""
    if model["period"]:
        yield ("OkresFa", [("P_6_Od", str(model["period"]["first"])), ("P_6_Do", str(model["period"]["last"]))])
    # of an advance, the day it was paid; several have their own days (payments_in_advance)
    day = model["payment"]["paid_on"] if model["type"] == "ZAL" else model["sale_date"]
    if day and day != model["issue_date"]:
        yield ("P_6", str(day))


def _advance(advance: Facts) -> Node:
    """An advance invoice by its KSeF number, or by its own where it was issued outside."""
    if advance["ksef_number"]:
        return ("FakturaZaliczkowa", [("NrKSeFFaZaliczkowej", advance["ksef_number"])])
    return ("FakturaZaliczkowa", [("NrKSeFZN", "1"), ("NrFaZaliczkowej", advance["number"])])


def _terms(order: Facts | None) -> Node:
    if order is None:
        return ("WarunkiTransakcji", None)
    day = str(order["date"]) if order["date"] else None
    return ("WarunkiTransakcji", [("Zamowienia", [("DataZamowienia", day), ("NrZamowienia", order["number"])])])


def _sums(model: Facts) -> Iterable[Node]:
    """Rates of one element together (23 and 22, 8 and 7), in the order of the schema."""
    sums: dict[str, Decimal] = {}
    for row in model["rates"]:
        rate = RATES[row["rate"]]
        parts = [(rate.net_field, row["net"])]
        if rate.vat_field:
            parts.append((rate.vat_field, row["vat"]))
            if row["vat_pln"] is not None:
                parts.append((f"{rate.vat_field}W", row["vat_pln"]))
        for field, amount in parts:
            sums[field] = sums.get(field, Decimal(0)) + amount["amount"]
    for field, amount in sums.items():
        yield (field, f"{amount:.2f}")


def _annotations(model: Facts) -> Node:
    def mark(yes: bool) -> str:  # noqa: FBT001  a flag of the model
        return "1" if yes else "2"

    basis, margin = model["exemption"], model.get("margin")
    exempt: list[Node] = [("P_19", "1"), (_BASIS[basis["law"]], basis["text"])] if basis else [("P_19N", "1")]
    return (
        "Adnotacje",
        [
            ("P_16", mark(model["cash_accounting"])),
            ("P_17", mark(model["self_billing"])),
            ("P_18", mark(model["reverse_charge"])),
            ("P_18A", mark(model["split_payment"])),
            ("Zwolnienie", exempt),
            ("NoweSrodkiTransportu", [("P_22N", "1")]),
            ("P_23", "2"),
            ("PMarzy", [("P_PMarzy", "1"), (_SCHEME[margin], "1")] if margin else [("P_PMarzyN", "1")]),
        ],
    )


def _correction(model: Facts) -> Iterable[Node]:
    corrected, before = model["corrected"], model["buyer_before"]
    number = corrected["ksef_number"]
    known: list[Node] = [("NrKSeF", "1"), ("NrKSeFFaKorygowanej", number)] if number else [("NrKSeFN", "1")]
    yield ("PrzyczynaKorekty", model["reason"])
    yield ("TypKorekty", str(EFFECTS[model["effect"]]))
    yield (
        "DaneFaKorygowanej",
        [("DataWystFaKorygowanej", str(corrected["issue_date"])), ("NrFaKorygowanej", corrected["number"]), *known],
    )
    if before:
        yield (
            "Podmiot2K",
            [
                ("DaneIdentyfikacyjne", identity(before)),
                address("Adres", before["address"], before["country"]),
                ("IDNabywcy", "1"),
            ],
        )


def _footer(model: Facts) -> Iterable[Node]:
    if model["seller"]["registration"]:
        yield ("Stopka", [("Informacje", [("StopkaFaktury", model["seller"]["registration"])])])
