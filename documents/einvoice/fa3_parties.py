"""Seller, buyer and third parties of FA(3): Podmiot1, Podmiot2, Podmiot3."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from documents.einvoice.xml_tree import Node, exact
from documents.identifiers import vat_prefix
from documents.invoicing.third_parties import ROLES
from documents.model import Facts


def seller(seller: Facts) -> Node:
    """Who issues."""
    return (
        "Podmiot1",
        [
            ("DaneIdentyfikacyjne", [("NIP", seller["tax_id"]), ("Nazwa", seller["name"])]),
            address("Adres", seller["address"], "PL"),
            ("DaneKontaktowe", [("Email", seller["email"]), ("Telefon", _phone(seller["phone"]))]),
        ],
    )


def _phone(phone: str | None) -> str | None:
    """As it is, or without blanks where it is longer than the schema's 16 characters; left out if still longer."""
    fitting = (text for text in (phone or "", (phone or "").replace(" ", "")) if 0 < len(text) <= 16)
    return next(fitting, None)


def buyer(model: Facts) -> Node:
    """Who buys, and whether the invoice is for a unit of a local government (JST) or of a VAT group (GV)."""
    buyer = model["buyer"]
    return (
        "Podmiot2",
        [
            ("DaneIdentyfikacyjne", identity(buyer)),
            address("Adres", buyer["address"], buyer["country"]),
            ("NrKlienta", buyer["key"]),
            # Marks a key that ties the buyer's particulars to those before a correction.
            ("IDNabywcy", "1" if model.get("buyer_before") else None),
            ("JST", "1" if buyer["jst"] else "2"),
            ("GV", "1" if buyer["gv"] else "2"),
        ],
    )


def third_parties(model: Facts) -> Iterable[Node]:
    """Everyone else, in the order of the model."""
    for party in model["third_parties"]:
        number = ROLES[party["role"]]
        role: list[Node] = (
            [("Rola", number)] if number else [("RolaInna", "1"), ("OpisRoli", party["role_description"])]
        )
        yield (
            "Podmiot3",
            [
                ("DaneIdentyfikacyjne", identity(party)),
                address("Adres", party["address"], party["country"]),
                *role,
                ("Udzial", None if party["share"] is None else exact(party["share"])),
                ("NrKlienta", party["key"]),
            ],
        )


def identity(party: Facts) -> list[Node]:
    """NIP, internal identifier, EU VAT number, another number with its country, or the mark that there is none; then
    the name."""
    number, country = party["tax_id"], party["country"]
    prefix = vat_prefix(country)
    if party.get("internal_id"):
        found: list[Node] = [("IDWew", party["internal_id"])]
    elif number is None:
        found = [("BrakID", "1")]
    elif country == "PL":
        found = [("NIP", number)]
    elif prefix:
        found = [("KodUE", prefix), ("NrVatUE", number.removeprefix(prefix))]
    else:
        found = [("KodKraju", country), ("NrID", number)]
    return [*found, ("Nazwa", party["name"])]


def address(name: str, lines: Sequence[str], country: str) -> Node:
    """An address in two lines; left out where there is none."""
    if not lines:
        return (name, [])
    return (name, [("KodKraju", country), ("AdresL1", lines[0]), ("AdresL2", ", ".join(lines[1:]) or None)])
