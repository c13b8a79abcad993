"""The official schema of FA(3), read from the installed package ksef-client; nothing is asked for over the network."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final

from lxml import etree

from documents.model import refused
from engine.errors import MonitumError

_FOLDER: Final = Path("documents", "fa3", "schemas")
_SCHEMA: Final = "schemat_FA(3)_v1-0E.xsd"
#: A schema keeps the errors of its last use; threads take turns.
_TURN: Final = Lock()
_SAFE: Final = {"resolve_entities": False, "no_network": True, "load_dtd": False}


class SchemaMissing(MonitumError):
    """The schema of FA(3) is not installed; run: make setup"""

    code = "schema_missing"


class _Shipped(etree.Resolver):  # type: ignore[misc]  # lxml comes without types
    """Finds what the schemas include among the files beside them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def resolve(self, url: str, public_id: str, context: Any) -> Any:
        """A file of the folder; anything else does not exist."""
        del public_id
        path = self.folder / url.rpartition("/")[2]
        if not path.is_file():
            raise SchemaMissing
        return self.resolve_filename(str(path), context)


@cache
def _schema() -> etree.XMLSchema:
    package = find_spec("ksef_client")
    for place in (package.submodule_search_locations or ()) if package else ():
        path = Path(place) / _FOLDER / _SCHEMA
        if path.is_file():
            parser = etree.XMLParser(**_SAFE)
            parser.resolvers.add(_Shipped(path.parent))
            return etree.XMLSchema(etree.parse(str(path), parser))
    raise SchemaMissing


def read_fa3(xml: bytes) -> etree._Element:
    """The root of a document that is valid against the schema.

    Raises InvalidInput naming the element ('Fa/FaWiersz[2]/P_7'), or 'xml' for what is no XML.
    """
    try:
        root = etree.fromstring(xml, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise refused("xml", str(error)) from None
    if root.getroottree().docinfo.doctype or root.xpath("//processing-instruction()"):
        raise refused("xml", "FA(3) has neither a document type nor processing instructions")
    with _TURN:
        schema = _schema()
        if schema.validate(root):
            return root
        first = schema.error_log[0]
    raise refused(_element(root, first.path), _plain(first.message))


def _element(root: etree._Element, path: str) -> str:
    """A path of lxml ('/*/*[4]/*[12]') in the names of FA(3): 'Fa/P_15'."""
    found = root.xpath(path or ".")
    element = found[0] if isinstance(found, list) and found else root
    names: list[str] = []
    while element is not None and element is not root:
        name = etree.QName(element).localname
        twins = [twin for twin in element.getparent() if twin.tag == element.tag]
        names.append(f"{name}[{twins.index(element) + 1}]" if len(twins) > 1 else name)
        element = element.getparent()
    return "/".join(reversed(names)) or "Faktura"


def _plain(message: str) -> str:
    """The message without the namespace in braces."""
    while (start := message.find("{")) >= 0 and (end := message.find("}", start)) >= 0:
        message = message[:start] + message[end + 1 :]
    return message
