"""Drafts: a mapping proposed from what files look like, for a person to finish."""
