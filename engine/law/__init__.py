"""What the law gives and when, as pure functions over dated parameters: no number of the law stands in this code."""
