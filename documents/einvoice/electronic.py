"""The electronic form of an invoice, checked, and how a reader of the page can verify it."""

from __future__ import annotations

from typing import Final

from documents.einvoice.fa3 import fa3_xml
from documents.einvoice.fa3_check import check_fa3
from documents.einvoice.ksef import verification_url
from documents.model import CheckedModel

#: What stands under CODE I while KSeF has given no number.
OFFLINE: Final = "OFFLINE"


def electronic_form(model: CheckedModel) -> bytes:
    """FA(3), valid against its schema and in itself. Raises InvalidInput naming the element."""
    xml = fa3_xml(model)
    check_fa3(xml, split_payment_above=model["split_payment_above"])
    return xml


def with_electronic_form(model: CheckedModel) -> tuple[CheckedModel, bytes | None]:
    """The electronic form where the kind has one, and the model with CODE I of KSeF: its address and its label, the
    KSeF number or OFFLINE. Raises InvalidInput naming the element."""
    if model.get("electronic") is None:
        return model, None
    xml = electronic_form(model)
    url = verification_url(xml, model["seller"]["tax_id"], model["issue_date"])
    return model.verifiable({"url": url, "label": model["ksef"]["number"] or OFFLINE}), xml
