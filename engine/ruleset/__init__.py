"""A ruleset as the engine uses it: typed, immutable, versioned; and what becomes of what it asks for."""
