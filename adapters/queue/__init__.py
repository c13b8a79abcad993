"""Carrying work: runs in batches, the outbox, its dispatcher and the Celery tasks that wake it."""
