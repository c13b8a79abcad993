"""The archive in tables: entries, tree, checkpoints, contents, and what an auditor reads of them."""
