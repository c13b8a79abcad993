"""Runs: the customers of a day decided in batches by child processes."""
