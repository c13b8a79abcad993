"""An invoice or a correction as EN 16931 in UBL 2.1: what buyers abroad read, in the manner of Peppol BIS Billing 3.

A correction that lowers the total is a credit note of the difference, one that raises it a debit note (383); lines as
they were stand beside lines as they are, with the opposite sign. Where buyer or seller has no electronic address, the
document says EN 16931 alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from documents.einvoice.ubl_check import check_ubl
from documents.einvoice.ubl_codes import CATEGORIES, CREDIT_NOTE, DEBIT_NOTE, INVOICE, MARGINS, PREPAID, Category
from documents.einvoice.ubl_lines import VAT, lined_rates, lines, said_of
from documents.einvoice.ubl_parties import (
    address_of,
    buyer_party,
    delivery,
    payee_party,
    payment,
    recipient_of,
    seller_party,
)
from documents.einvoice.ubl_tree import amount, ubl_document
from documents.einvoice.xml_tree import Node
from documents.model import CheckedModel, Facts, refused

_CORE: Final = "urn:cen.eu:en16931:2017"
_PEPPOL: Final = f"{_CORE}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_SAID: Final = {
    "split_payment": "mechanizm podzielonej płatności",
    "cash_accounting": "metoda kasowa",
    "reverse_charge": "odwrotne obciążenie",
}
#: Third parties that UBL has no place for are named in the note.
_ROLES: Final = {
    "factor": "faktor",
    "recipient": "odbiorca",
    "predecessor": "podmiot pierwotny",
    "additional_buyer": "dodatkowy nabywca",
    "issuer": "wystawca faktury",
    "payer": "dokonujący płatności",
    "local_government_issuer": "jednostka samorządu terytorialnego - wystawca",
    "local_government_recipient": "jednostka samorządu terytorialnego - odbiorca",
    "vat_group_issuer": "członek grupy VAT - wystawca",
    "vat_group_recipient": "członek grupy VAT - odbiorca",
    "employee": "pracownik",
}


def ubl_xml(model: CheckedModel) -> bytes:
    """The document of a checked invoice or correction (documents.model); the same model gives the same bytes.

    Raises InvalidInput naming the field for what EN 16931 cannot say, and naming the rule when it does not add up.
    """
    _require(model)
    correction = "corrected" in model
    credit = correction and model["gross"]["amount"] < 0
    sign = -1 if credit else 1
    name = "CreditNote" if credit else "Invoice"
    xml = ubl_document(
        name,
        [
            *_head(model, credit=credit),
            *_parties(model),
            *payment(model, credit=credit),
            *_tax(model, sign),
            _totals(model, sign),
            *lines(model, name, sign),
        ],
    )
    check_ubl(xml)
    return xml


def _require(model: Facts) -> None:
    if model["self_billing"]:
        raise refused("self_billing", "another document type of EN 16931")
    if not model["gross"]["amount"] and "corrected" in model:
        raise refused("changes", "a correction without amounts has no form in EN 16931")
    categories = {CATEGORIES[row["rate"]].code for row in model["rates"]}
    if "O" in categories and len(categories) > 1:
        raise refused("lines", "what is outside the scope of VAT (np I) stands on an invoice of its own (BR-O-11)")


def _taxed(model: Facts) -> bool:
    return all(CATEGORIES[row["rate"]].code != "O" for row in model["rates"])


def _head(model: Facts, *, credit: bool) -> Iterable[Node]:
    buyer, corrected = model["buyer"], model.get("corrected")
    routed = bool(address_of(buyer["country"], buyer["tax_id"])[1])
    kind = CREDIT_NOTE if credit else DEBIT_NOTE if corrected else PREPAID if model["type"] == "ZAL" else INVOICE
    due = model["payment"]["due_date"]
    yield from (("CustomizationID", _PEPPOL if routed else _CORE), ("ProfileID", _PROFILE if routed else None))
    yield from (("ID", model["number"]), ("IssueDate", str(model["issue_date"])))
    yield ("DueDate", str(due) if due and not credit else None)
    yield ("CreditNoteTypeCode" if credit else "InvoiceTypeCode", kind)
    yield ("Note", _note(model))
    yield ("DocumentCurrencyCode", model["currency"])
    yield ("TaxCurrencyCode", "PLN" if model["vat_pln"] else None)
    yield ("BuyerReference", buyer["key"] or model["number"])
    if model["period"]:
        first, last = model["period"]["first"], model["period"]["last"]
        yield ("InvoicePeriod", [("StartDate", str(first)), ("EndDate", str(last))])
    yield ("OrderReference", [("ID", model["order"]["number"])] if model["order"] else None)
    for earlier in [corrected] if corrected else model.get("advances", ()):
        reference: list[Node] = [("ID", earlier["number"]), ("IssueDate", str(earlier["issue_date"]))]
        yield ("BillingReference", [("InvoiceDocumentReference", reference)])


def _note(model: Facts) -> str | None:
    """Reason, annotations and notes in the one note that Peppol takes."""
    said = [words for mark, words in _SAID.items() if model[mark]]
    placed = [model["payee"], recipient_of(model)]
    said += [
        f"{party['role_description'] or _ROLES[party['role']]}: {party['name']}"
        for party in model["third_parties"]
        if party not in placed
    ]
    return "; ".join([*([model["reason"]] if "corrected" in model else []), *said, *model["notes"]]) or None


def _parties(model: Facts) -> Iterable[Node]:
    taxed = _taxed(model)
    within_union = any(CATEGORIES[row["rate"]].code == "K" for row in model["rates"])
    yield seller_party(model["seller"], taxed=taxed)
    yield buyer_party(model["buyer"], taxed=taxed)
    yield payee_party(model)
    yield delivery(model, within_union=within_union)


def _tax(model: Facts, sign: int) -> Iterable[Node]:
    """Per category and rate that a line has (BG-23); the tax in PLN beside another currency (BT-111)."""
    currency = model["currency"]
    sums: dict[Category, tuple[Decimal, Decimal]] = {}
    lined = lined_rates(model)
    for row in model["rates"]:
        if row["rate"] not in lined:
            continue
        net, vat = sums.get(CATEGORIES[row["rate"]], (Decimal(0), Decimal(0)))
        sums[CATEGORIES[row["rate"]]] = (net + sign * row["net"]["amount"], vat + sign * row["vat"]["amount"])
    subtotals: list[Node] = [
        (
            "TaxSubtotal",
            [
                amount("TaxableAmount", net, currency),
                amount("TaxAmount", vat, currency),
                ("TaxCategory", [*said_of(category), *_reason(model, category), VAT]),
            ],
        )
        for category, (net, vat) in sums.items()
    ]
    yield ("TaxTotal", [amount("TaxAmount", sign * model["vat"]["amount"], currency), *subtotals])
    if model["vat_pln"]:
        yield ("TaxTotal", [amount("TaxAmount", sign * model["vat_pln"]["amount"], "PLN")])


def _reason(model: Facts, category: Category) -> Iterable[Node]:
    if model.get("margin"):
        code, words = MARGINS[model["margin"]]
        yield from (("TaxExemptionReasonCode", code), ("TaxExemptionReason", words))
        return
    yield ("TaxExemptionReasonCode", category.reason)
    if category.code == "E" and model["exemption"]:
        yield ("TaxExemptionReason", model["exemption"]["text"])


def _totals(model: Facts, sign: int) -> Node:
    net, gross = sign * model["net"]["amount"], sign * model["gross"]["amount"]
    paid = sign * model["paid"]["amount"] if model["paid"] else Decimal(0)
    names = [("LineExtensionAmount", net), ("TaxExclusiveAmount", net), ("TaxInclusiveAmount", gross)]
    return (
        "LegalMonetaryTotal",
        [
            *(amount(name, value, model["currency"]) for name, value in names),
            *([amount("PrepaidAmount", paid, model["currency"])] if paid else []),
            amount("PayableAmount", gross - paid, model["currency"]),
        ],
    )
