"""Delivery of mail: SMTP, and the evidence of what became of a message."""
