"""The notice to a customer that services stop."""
