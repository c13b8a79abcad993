"""The compensation note: a lump sum for each late payment."""
