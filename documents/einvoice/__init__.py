"""Invoices as data: FA(3) for KSeF and UBL for buyers abroad."""
