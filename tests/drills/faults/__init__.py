"""Books with one fault each: never an act against a debtor that the true books would not have allowed."""
