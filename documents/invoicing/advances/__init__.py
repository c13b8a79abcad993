"""Advances: what was paid of an order before its supply, and what it leaves."""
