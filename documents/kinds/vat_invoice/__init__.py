"""The VAT invoice."""
