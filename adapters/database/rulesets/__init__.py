"""Versions of rulesets as stored."""
