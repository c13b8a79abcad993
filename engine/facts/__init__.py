"""Facts: the catalogue, a customer's case, and what follows from the rest."""
