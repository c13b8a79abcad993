"""Access: API keys, idempotency keys, and the roles of the database itself."""
