"""Append-only memory: canonical entries, an RFC 6962 Merkle log, signed checkpoints, proofs and verification.

Formats: RFC 8785 entries, C2SP signed notes, checkpoints and tiles. Imports nothing of the house.
"""
