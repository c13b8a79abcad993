"""The outbox: actions from claimed to done, and their effects."""
