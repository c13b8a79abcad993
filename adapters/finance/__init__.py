"""Finance-accounting systems, one folder each; every one fits the contract of contract.py."""
