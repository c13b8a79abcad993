"""The kinds of documents: one folder each, found by its kind.yaml."""
