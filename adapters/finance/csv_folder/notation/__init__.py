"""Notation: how people and their systems write amounts, days, currencies and characters, and what mends it."""
