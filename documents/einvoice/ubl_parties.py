"""Seller, buyer, delivery and payment in UBL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from documents.einvoice.ubl_codes import MEANS, NAMED_MEANS, NO_MEANS, address_scheme
from documents.einvoice.xml_tree import Node
from documents.identifiers import vat_prefix
from documents.invoicing.payment.terms import TRANSFER
from documents.invoicing.third_parties import RECIPIENT, UNITS
from documents.model import Facts

_RECIPIENTS: Final = (RECIPIENT, *UNITS.values())
#: The last line of an address that says postal code and city.
_CITY: Final = re.compile(r"\A(\d{2}-\d{3}|\d{4,5}) (\D+)\Z")


def vat_number(country: str, number: str | None) -> str | None:
    """A VAT number with the prefix of its country (BT-31, BT-48); None where the country has no such numbers."""
    prefix = vat_prefix(country)
    return None if number is None or prefix is None else prefix + number.removeprefix(prefix)


def address_of(country: str, number: str | None) -> Node:
    """The electronic address (BT-34, BT-49): the VAT number, where a scheme of the country takes it."""
    vat, scheme = vat_number(country, number), address_scheme(country)
    return ("EndpointID", vat, {"schemeID": scheme}) if vat and scheme else ("EndpointID", None)


def seller_party(seller: Facts, *, taxed: bool) -> Node:
    """`taxed`: whether VAT numbers are stated; they are not for what is outside the scope of the tax (BR-O-02)."""
    contact: Node = ("Contact", [("Telephone", seller["phone"]), ("ElectronicMail", seller["email"])])
    return ("AccountingSupplierParty", [_party(seller, "PL", seller["tax_id"], taxed=taxed, contact=contact)])


def buyer_party(buyer: Facts, *, taxed: bool) -> Node:
    """The customer."""
    identified: Node = ("PartyIdentification", [("ID", buyer["key"])])
    party = _party(buyer, buyer["country"], buyer["tax_id"], taxed=taxed, identified=identified)
    return ("AccountingCustomerParty", [party])


def _party(
    party: Facts,
    country: str,
    number: str | None,
    *,
    taxed: bool,
    identified: Node = ("PartyIdentification", None),
    contact: Node = ("Contact", None),
) -> Node:
    vat = vat_number(country, number)
    shown = vat if taxed else None
    return (
        "Party",
        [
            address_of(country, number),
            identified,
            ("PartyName", [("Name", party["name"])]),
            _address(party["address"], country),
            ("PartyTaxScheme", [("CompanyID", shown), ("TaxScheme", [("ID", "VAT")])] if shown else None),
            ("PartyLegalEntity", [("RegistrationName", party["name"]), ("CompanyID", number)]),
            contact,
        ],
    )


def _address(lines: Sequence[str], country: str) -> Node:
    rest = list(lines)
    found = _CITY.match(rest[-1]) if rest else None
    if found:
        rest.pop()
    street, second, *more = [*rest, None, None][: max(2, len(rest))]
    return (
        "PostalAddress",
        [
            ("StreetName", street),
            ("AdditionalStreetName", second),
            ("CityName", found[2] if found else None),
            ("PostalZone", found[1] if found else None),
            ("AddressLine", [("Line", ", ".join(text for text in more if text) or None)]),
            _country(country),
        ],
    )


def _country(country: str) -> Node:
    return ("Country", [("IdentificationCode", country)])


def payee_party(model: Facts) -> Node:
    """Whom to pay where it is not the seller (BG-10)."""
    payee = model["payee"]
    if payee is None:
        return ("PayeeParty", None)
    number = vat_number(payee["country"], payee["tax_id"])
    return ("PayeeParty", [("PartyName", [("Name", payee["name"])]), ("PartyLegalEntity", [("CompanyID", number)])])


def recipient_of(model: Facts) -> Facts | None:
    """The unit of the buyer that receives, which UBL has a place for: the first where there are several."""
    return next((party for party in model["third_parties"] if party["role"] in _RECIPIENTS), None)


def delivery(model: Facts, *, within_union: bool) -> Node:
    """The day of supply, the country it went to for a supply within the Union (BR-IC-11, BR-IC-12), and the recipient
    (BT-70)."""
    day = model["sale_date"] or (model["issue_date"] if within_union and not model["period"] else None)
    where: Node = ("DeliveryLocation", [("Address", [_country(model["buyer"]["country"])])] if within_union else None)
    recipient = recipient_of(model)
    whom: Node = ("DeliveryParty", [("PartyName", [("Name", recipient["name"])])] if recipient else None)
    return ("Delivery", [("ActualDeliveryDate", str(day) if day else None), where, whom])


def payment(model: Facts, *, credit: bool) -> Iterable[Node]:
    """How and where to pay the rest, or how all was paid; a credit note has its due date here."""
    payment, account = model["payment"], model["payment"]["account"]
    to_pay = payment["form"] == TRANSFER and account is not None and not credit and model["payable"]["amount"] > 0
    bank: list[Node] = [("FinancialInstitutionBranch", [("ID", account["bic"])])] if to_pay else []
    yield (
        "PaymentMeans",
        [
            _means(payment, to_pay=to_pay),
            ("PaymentDueDate", str(payment["due_date"]) if credit and payment["due_date"] else None),
            ("PaymentID", model["number"] if to_pay else None),
            ("PayeeFinancialAccount", [("ID", account["iban"]), *bank] if to_pay else None),
        ],
    )


def _means(payment: Facts, *, to_pay: bool) -> Node:
    """The code of the form (BT-81), with its name (BT-82) where no code says it."""
    form = payment["form"]
    if form == TRANSFER and not to_pay:
        return ("PaymentMeansCode", NO_MEANS)
    if form in MEANS:
        return ("PaymentMeansCode", MEANS[form])
    return ("PaymentMeansCode", NAMED_MEANS, {"name": payment["description"] or form})
