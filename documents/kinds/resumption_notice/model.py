"""A notice to the customer that services run again: as one that they stop."""

from documents.kinds.suspension_notice.model import MODEL

__all__ = ["MODEL"]
