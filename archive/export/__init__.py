"""Exports for an auditor, with the one-file program that verifies them."""
