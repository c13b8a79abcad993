"""Sending issued invoices to KSeF, the national system of e-invoices, and keeping what it answers."""
