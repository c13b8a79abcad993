"""Head and foot of an invoice: parties, dates, codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import segno

from documents.invoicing.payment.qr import payment_qr
from documents.model import CheckedModel, Facts
from documents.text.formats import Formats
from engine.money import Money


def invoice_frame(model: CheckedModel, labels: Mapping[str, str], style: Formats) -> dict[str, Any]:
    """What stands around the blocks of an invoice; `parties` opens a mail, `codes` are drawn on the page only."""
    seller, buyer = model["seller"], model["buyer"]
    day = labels["on_day"].format(day=style.date(model["issue_date"]))
    contacts = [(labels["phone"], seller["phone"]), (labels["email"], seller["email"])]
    tax_id = f"{labels['tax_id']} {seller['tax_id']}"
    dates = _dates(model, labels, style)
    return {
        "sender": {
            "name": seller["name"],
            "address": ", ".join(seller["address"]),
            "tax_id": tax_id,
            "contacts": [f"{label} {value}" for label, value in contacts if value],
        },
        "seller": [seller["name"], *seller["address"], tax_id],
        "buyer": [buyer["name"], *buyer["address"], *([_number(buyer, labels)] if buyer["tax_id"] else [])],
        "party_titles": [labels["seller"], labels["buyer"]],
        "third_parties": [[_role(party, labels), _third(party, labels)] for party in model["third_parties"]],
        "place_date": f"{seller['place']}, {day}" if seller["place"] else day,
        "references": dates,
        "parties": [
            [labels["seller"], seller["name"]],
            [labels["buyer"], buyer["name"]],
            *([_role(party, labels), party["name"]] for party in model["third_parties"]),
            *dates,
        ],
        "registration": seller["registration"] or f"{seller['name']}, {', '.join(seller['address'])}, {tax_id}",
        "checkpoint": "",
        "page_of": labels["page_of"],
        "codes": list(_codes(model, labels)),
    }


def _number(buyer: Facts, labels: Mapping[str, str]) -> str:
    label = labels["tax_id"] if buyer["country"] == "PL" else labels["vat_id"]
    return f"{label} {buyer['tax_id']}"


def _role(party: Facts, labels: Mapping[str, str]) -> str:
    return str(party["role_description"] or labels[f"role_{party['role']}"])


def _third(party: Facts, labels: Mapping[str, str]) -> list[str]:
    """Name, address, the number it is known by, and an additional buyer's share."""
    numbers = [
        _number(party, labels) if party["tax_id"] else None,
        party["internal_id"] and f"{labels['internal_id']} {party['internal_id']}",
        None if party["share"] is None else f"{labels['share']} {party['share'].normalize():f}%",
    ]
    return [party["name"], *party["address"], *filter(None, numbers)]


def _dates(model: Facts, labels: Mapping[str, str], style: Formats) -> list[list[str]]:
    period = model["period"]
    pairs = [
        ("issue_date", style.date(model["issue_date"])),
        ("sale_date", model["sale_date"] and style.date(model["sale_date"])),
        ("period", period and f"{style.short_date(period['first'])} – {style.short_date(period['last'])}"),
        ("order", _order(model["order"], style) if model["order"] else None),
        ("customer_key", model["buyer"]["key"]),
        ("ksef_number", model["ksef"]["number"]),
    ]
    return [[labels[name], value] for name, value in pairs if value]


def _order(order: Facts, style: Formats) -> str:
    return f"{order['number']} ({style.short_date(order['date'])})" if order["date"] else str(order["number"])


def _codes(model: Facts, labels: Mapping[str, str]) -> Iterable[dict[str, str]]:
    """KSeF's CODE I with its label, and the code of the transfer."""
    if verification := model.get("verification"):
        code = segno.make(verification["url"], error="m", micro=False)
        yield {
            "svg": _svg(code),
            "title": labels["verify"],
            "caption": verification["label"],
            "alt": verification["url"],
        }
    payment = model["payment"]
    account = payment["account"]
    if account and payment["form"] == "transfer" and not model["split_payment"]:
        due = Money.of(model["payable"]["amount"], model["currency"])
        payee = model["payee"] or {**model["seller"], "country": "PL"}
        code_of_transfer = payment_qr(
            due,
            iban=account["iban"],
            payee=payee["name"],
            nip=payee["tax_id"] if payee["country"] == "PL" else None,
            title=model["number"],
            bic=account["bic"],
        )
        if code_of_transfer:
            yield {"svg": _svg(code_of_transfer), "title": labels["pay_by_code"], "caption": "", "alt": str(due)}


def _svg(code: segno.QRCode) -> str:
    """The code as SVG that prints at any size, with its quiet zone."""
    return code.svg_inline(border=4, omitsize=True)
