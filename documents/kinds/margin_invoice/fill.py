"""An invoice under the margin scheme out of the customer's record."""

from documents.filling.bill import bill as fill

__all__ = ["fill"]
