"""Notes that claim what delay costs, and the confirmation of what is owed: models with sums that must add up."""
