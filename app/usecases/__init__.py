"""Use cases: plain functions over ports, called by the command line, the API, the worker and the scheduler."""
