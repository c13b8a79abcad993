"""Access to the API: whose key a request carries and what it allows."""
