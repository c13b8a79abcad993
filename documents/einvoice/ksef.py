"""Links of KSeF, the national system of e-invoices.

Source: Ministry of Finance, KSeF documentation, API 2.6 (May 2026): CODE I.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from typing import Final

#: Where invoices of the production system are looked up; its test system has another host.
HOST: Final = "qr.ksef.mf.gov.pl"


def verification_url(xml: bytes, seller_nip: str, issue_date: dt.date, *, host: str = HOST) -> str:
    """CODE I: the address at which KSeF shows the invoice with these very bytes."""
    return url_of_hash(hashlib.sha256(xml).digest(), seller_nip, issue_date, host=host)


def url_of_hash(digest: bytes, seller_nip: str, issue_date: dt.date, *, host: str = HOST) -> str:
    """CODE I of an invoice of which only the SHA-256 of its bytes is at hand."""
    text = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
    return f"https://{host}/invoice/{seller_nip}/{issue_date:%d-%m-%Y}/{text}"
