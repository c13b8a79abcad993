"""UBL written as nested tuples: elements that hold elements are aggregates (cac), those with text are basic (cbc)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from lxml import etree

from documents.einvoice.xml_tree import Node

_CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_ROOT: Final = "urn:oasis:names:specification:ubl:schema:xsd:{name}-2"


def ubl_document(name: str, nodes: Iterable[Node]) -> bytes:
    """An 'Invoice' or a 'CreditNote', UTF-8; the same nodes give the same bytes."""
    namespace = _ROOT.format(name=name)
    root = etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace, "cac": _CAC, "cbc": _CBC})
    _attach(root, nodes)
    etree.indent(root)
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data


def _attach(parent: etree._Element, nodes: Iterable[Node]) -> None:
    """Append the nodes that hold something."""
    for name, content, *attributes in nodes:
        basic = isinstance(content, str)
        element = etree.Element(f"{{{_CBC if basic else _CAC}}}{name}", attributes[0] if attributes else {})
        if basic:
            element.text = content
        elif content is not None:
            _attach(element, content)
        if element.text or len(element):
            parent.append(element)


def amount(name: str, value: Decimal, currency: str) -> Node:
    """An amount with two decimals and its currency."""
    return (name, f"{value:.2f}", {"currencyID": currency})
