"""Facts as of a day and as known at a moment: customers' cases, finances and state."""
