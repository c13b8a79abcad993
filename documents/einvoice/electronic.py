"""The electronic form of an invoice, checked, and how a reader of the page can verify it."""

from __future__ import annotations

from typing import Final

from documents.einvoice.fa3 import fa3_xml
from documents.einvoice.fa3_check import check_fa3
from documents.einvoice.ksef import verification_url
from documents.model import Model

#: What stands under CODE I while KSeF has given no number.
OFFLINE: Final = "OFFLINE"


def electronic_form(model: Model) -> bytes:
    """FA(3), valid against its schema and in itself. Raises InvalidInput naming the element."""
    xml = fa3_xml(model)
    check_fa3(xml, split_payment_above=model["split_payment_above"])
    return xml


def verification(model: Model, xml: bytes) -> dict[str, str]:
    """CODE I of KSeF: its address and its label, the KSeF number or OFFLINE."""
    url = verification_url(xml, model["seller"]["tax_id"], model["issue_date"])
    return {"url": url, "label": model["ksef"]["number"] or OFFLINE}
