"""XML written as nested tuples, so that a document reads like its schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree

#: (name, text), (name, children) or either with attributes. No text or no child at all: the element is left out.
Node: TypeAlias = tuple[str, Any] | tuple[str, Any, Mapping[str, str]]


def attach(parent: etree._Element, namespace: str, nodes: Iterable[Node]) -> None:
    """Append the nodes that hold something."""
    for name, content, *attributes in nodes:
        element = etree.Element(f"{{{namespace}}}{name}", attributes[0] if attributes else {})
        if isinstance(content, str):
            element.text = content
        elif content is not None:
            attach(element, namespace, content)
        if element.text or len(element):
            parent.append(element)


def money(amount: Mapping[str, Any] | None) -> str | None:
    """An amount with two decimals."""
    return None if amount is None else f"{amount['amount']:.2f}"


def exact(number: Decimal) -> str:
    """A number without needless zeros and never with an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def hundredths(minor: int) -> str:
    """Minor units of a currency with two decimals, as every electronic invoice writes them."""
    return str(Decimal(minor).scaleb(-2))
