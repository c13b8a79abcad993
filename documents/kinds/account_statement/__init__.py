"""The account statement: every movement of a customer's balance in a period."""
