"""Keys: those that sign the log and those that open what it says of a customer."""
