"""A ruleset as the engine uses it: typed, immutable, versioned, sound."""
