"""The proforma."""

from __future__ import annotations

from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.model import Model


class ProformaSchema(InvoiceSchema):
    """An offer in the form of an invoice: no document of the VAT act, never sent to KSeF."""

    def electronic(self, model: Model) -> str | None:
        """None."""
        del model
        return None


MODEL = ProformaSchema
