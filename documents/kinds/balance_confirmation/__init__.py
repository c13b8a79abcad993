"""The balance confirmation: what the books say is open, for the customer to agree to."""
