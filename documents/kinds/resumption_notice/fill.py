"""Services that run again, out of the customer's record."""

from documents.kinds.suspension_notice.fill import fill

__all__ = ["fill"]
