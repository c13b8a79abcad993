"""Accounting notes: what every note charges, and how it says so."""
