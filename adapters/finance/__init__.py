"""Finance-accounting systems, one folder each, found by its source.py; every one fits the contract of contract.py."""
