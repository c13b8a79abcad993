"""The request of an invoice's buyer for a correcting invoice."""
