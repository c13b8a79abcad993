"""Numbers and links of KSeF, the national system of e-invoices.

Source: Ministry of Finance, KSeF documentation, API 2.6 (May 2026): the KSeF number and CODE I.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from typing import Final

from marshmallow import ValidationError

_NUMBER: Final = re.compile(r"\A\d{10}-20\d{6}-[0-9A-F]{12}-[0-9A-F]{2}\Z")
_CHECKED: Final = 32
_POLYNOMIAL: Final = 0x07
#: Where invoices of the production system are looked up; its test system has another host.
HOST: Final = "qr.ksef.mf.gov.pl"


def crc8(data: bytes) -> int:
    """CRC-8 with polynomial 0x07 from 0, bits not reflected."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1) ^ _POLYNOMIAL if value & 0x80 else value << 1
            value &= 0xFF
    return value


def require_ksef_number(number: str) -> None:
    """NIP, day, twelve and two hexadecimal digits; the last two check the rest. Raises ValidationError."""
    if not _NUMBER.match(number):
        raise ValidationError(f"'{number}' is not a KSeF number: NIP-YYYYMMDD-12 hexadecimal digits-2 check digits.")
    if int(number[-2:], 16) != crc8(number[:_CHECKED].encode("ascii")):
        raise ValidationError(f"The check digits of the KSeF number '{number}' are wrong.")


def verification_url(xml: bytes, seller_nip: str, issue_date: dt.date, *, host: str = HOST) -> str:
    """CODE I: the address at which KSeF shows the invoice with these very bytes."""
    return url_of_hash(hashlib.sha256(xml).digest(), seller_nip, issue_date, host=host)


def url_of_hash(digest: bytes, seller_nip: str, issue_date: dt.date, *, host: str = HOST) -> str:
    """CODE I of an invoice of which only the SHA-256 of its bytes is at hand."""
    text = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
    return f"https://{host}/invoice/{seller_nip}/{issue_date:%d-%m-%Y}/{text}"
