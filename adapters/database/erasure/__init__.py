"""Erasure, retention and legal hold of what is kept of a customer."""
