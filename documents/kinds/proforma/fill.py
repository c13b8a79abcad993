"""A proforma out of the customer's record."""

from documents.filling.bill import bill as fill

__all__ = ["fill"]
