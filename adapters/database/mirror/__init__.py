"""The mirror of the books: staging, checks, quarantine, versions of facts."""
