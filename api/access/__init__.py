"""Access to the API: the key that a request carries and what it allows."""
