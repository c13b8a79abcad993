"""Filling documents out of a customer's record: what is asked for, and what is read for it."""
