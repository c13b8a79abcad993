"""The notice to a customer that services run again."""
