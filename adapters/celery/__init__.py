"""Celery: the application, its broker and the processes that keep it at work."""
