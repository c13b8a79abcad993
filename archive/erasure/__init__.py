"""Erasure of a subject, and how long its entries are kept."""
