"""The proforma: an offer in the form of an invoice."""
