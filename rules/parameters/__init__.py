"""Dated parameters of the law out of rules/<cc>/parameters."""
