"""Issued documents: numbers, contents, and how they match the ledger."""
