"""Cases of a ruleset: a baseline customer, what is given, what is expected."""
