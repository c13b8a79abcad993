"""PostgreSQL: one folder for each store, and what all of them share."""
