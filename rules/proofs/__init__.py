"""Proofs about conditions: what can be true together, and what never can."""
