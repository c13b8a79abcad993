"""Conditions over facts, decided by two independent evaluators."""
