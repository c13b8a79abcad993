"""Celery: the application, and its tasks without a broker."""
