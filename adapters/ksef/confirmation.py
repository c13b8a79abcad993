"""KSeF numbers and UPO, the official confirmation of receipt: whether they are of this invoice.

Source: UPO schemas of CIRFMF/ksef-docs.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Final

from lxml import etree
from marshmallow import ValidationError

from documents.identifiers import require_ksef_number
from engine.errors import AdapterError

_SAFE: Final = {"resolve_entities": False, "no_network": True, "load_dtd": False}


def check_number(ksef_number: str, xml: bytes) -> None:
    """Raises AdapterError for a KSeF number with wrong check digits, or of another seller than the invoice's."""
    try:
        require_ksef_number(ksef_number)
    except ValidationError as error:
        raise AdapterError(str(error.messages[0])) from error
    seller = etree.fromstring(xml, etree.XMLParser(**_SAFE)).findtext("{*}Podmiot1/{*}DaneIdentyfikacyjne/{*}NIP")
    if ksef_number[:10] != seller:
        raise AdapterError(f"The KSeF number '{ksef_number}' is not of the seller {seller}.")


def confirmed_at(upo: bytes, ksef_number: str, sha256: str) -> dt.datetime:
    """When KSeF gave the number, from a confirmation. Raises AdapterError for one that does not confirm the invoice
    with this number and these bytes (SHA-256, hex)."""
    try:
        root = etree.fromstring(upo, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise AdapterError(f"The confirmation of '{ksef_number}' is no XML: {error}") from error
    wanted = base64.b64encode(bytes.fromhex(sha256)).decode("ascii")
    for document in root.iterfind("{*}Dokument"):
        if document.findtext("{*}NumerKSeFDokumentu") == ksef_number:
            if document.findtext("{*}SkrotDokumentu") != wanted:
                raise AdapterError(f"The confirmation of '{ksef_number}' is of other bytes than were sent.")
            return _moment(document.findtext("{*}DataNadaniaNumeruKSeF"), ksef_number)
    raise AdapterError(f"The confirmation does not name '{ksef_number}'.")


def _moment(given: str | None, ksef_number: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(given or "")
    except ValueError as error:
        raise AdapterError(f"The confirmation of '{ksef_number}' does not say when the number was given.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
