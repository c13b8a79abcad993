"""Versions of rulesets: checks, lifecycle, differences, and what is effective on a day."""
