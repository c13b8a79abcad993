"""The correcting note of an invoice's buyer, until 2026-01-31."""
