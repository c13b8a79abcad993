"""Whether a UBL document adds up: rules BR-CO-10 to BR-CO-18 and BR-*-08 of EN 16931, read from the XML alone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final

from lxml import etree

from documents.einvoice.xml_tree import hundredths
from documents.model import refused
from engine.law.rounding import rounded
from engine.money import Money

_TOTAL: Final = "LegalMonetaryTotal"


def check_ubl(xml: bytes) -> None:
    """Raises InvalidInput naming the rule and the element for the first that does not hold. Amounts are EUR cents or
    the like: two decimals."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    lines = root.xpath("*[local-name() = 'InvoiceLine' or local-name() = 'CreditNoteLine']")
    net, exclusive = _amount(root, f"{_TOTAL}/LineExtensionAmount"), _amount(root, f"{_TOTAL}/TaxExclusiveAmount")
    inclusive, payable = _amount(root, f"{_TOTAL}/TaxInclusiveAmount"), _amount(root, f"{_TOTAL}/PayableAmount")
    tax = root.find("{*}TaxTotal")
    subtotals = [] if tax is None else tax.findall("{*}TaxSubtotal")
    vat = 0 if tax is None else _amount(tax, "TaxAmount")
    _hold("BR-CO-10", "LineExtensionAmount", net, sum(_amount(line, "LineExtensionAmount") for line in lines))
    _hold("BR-CO-13", "TaxExclusiveAmount", exclusive, net)
    _hold("BR-CO-14", "TaxTotal/TaxAmount", vat, sum(_amount(one, "TaxAmount") for one in subtotals))
    _hold("BR-CO-15", "TaxInclusiveAmount", inclusive, exclusive + vat)
    _hold("BR-CO-16", "PayableAmount", payable, inclusive - _amount(root, f"{_TOTAL}/PrepaidAmount"))
    _categories(subtotals, lines)
    for line in lines:
        _line(line)


def _categories(subtotals: Iterable[etree._Element], lines: Iterable[etree._Element]) -> None:
    """Taxable amounts are the sums of the lines, taxes their part; a cent a category may be rounded (BR-CO-17)."""
    taxable: dict[tuple[str, str], int] = {}
    for line in lines:
        key = _key(line, "Item/ClassifiedTaxCategory")
        taxable[key] = taxable.get(key, 0) + _amount(line, "LineExtensionAmount")
    for subtotal in subtotals:
        category, percent = key = _key(subtotal, "TaxCategory")
        base, tax = _amount(subtotal, "TaxableAmount"), _amount(subtotal, "TaxAmount")
        if key not in taxable:
            raise refused("TaxSubtotal", f"BR-{category}-08: no line has the category {category} at {percent} %")
        _hold(f"BR-{category}-08", "TaxableAmount", base, taxable.pop(key))
        if abs(tax - rounded(Fraction(base * int(percent or 0), 100))) >= 100:
            raise refused(
                "TaxSubtotal/TaxAmount", f"BR-CO-17: {percent} % of {hundredths(base)} is not {hundredths(tax)}"
            )
    if taxable:
        raise refused("TaxSubtotal", f"BR-CO-18: a line's category {next(iter(taxable))[0]} has no sum")


def _line(line: etree._Element) -> None:
    """Quantity times price less discount (PEPPOL-EN16931-R120), to two minor units."""
    quantity = _text(line, "InvoicedQuantity") or _text(line, "CreditedQuantity")
    value = Decimal(quantity) * Decimal(_text(line, "Price/PriceAmount")) * 100 - _amount(
        line, "AllowanceCharge/Amount"
    )
    if abs(value - _amount(line, "LineExtensionAmount")) > 2:
        raise refused("LineExtensionAmount", f"R120: line {_text(line, 'ID')} is not quantity times price")


def _text(element: etree._Element, path: str) -> str:
    return element.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) or ""


def _amount(element: etree._Element, path: str) -> int:
    return Money.of(_text(element, path) or "0", "EUR").minor


def _key(element: etree._Element, path: str) -> tuple[str, str]:
    return _text(element, f"{path}/ID"), _text(element, f"{path}/Percent")


def _hold(rule: str, element: str, stated: int, found: int) -> None:
    if stated != found:
        raise refused(element, f"{rule}: is {hundredths(stated)}, the parts say {hundredths(found)}")
