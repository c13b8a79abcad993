"""Companies: what company.yaml says of the creditor whose books are mirrored."""
