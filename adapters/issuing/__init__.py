"""Issuing documents from the customer's record: what a person leaves open is filled from books, law and rates.

One module a family of kinds; `filling.py` lists which kind is filled by which.
"""
