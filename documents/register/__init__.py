"""Numbers of documents, and how an issued document stands."""
