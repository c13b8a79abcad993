"""Invoices: what they say, what they add up to, and their electronic form."""
