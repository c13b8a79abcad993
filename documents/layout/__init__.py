"""From a model to pages: blocks, letters, mails, PDF."""
