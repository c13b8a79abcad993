"""The Merkle log in the C2SP formats: tree, tiles, checkpoints, notes, proofs."""
