"""Decisions: which rules match, what becomes of their actions, and why."""
