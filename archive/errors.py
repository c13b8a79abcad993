"""What the archive refuses. A class docstring is its default message; attributes are typed, never parsed."""

from __future__ import annotations


class ArchiveError(ValueError):
    """The archive cannot accept this."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class EntryInvalid(ArchiveError):
    """The entry cannot be archived."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(f"Archive entry, field '{field}': {message}")
        self.field = field


class NoteRejected(ArchiveError):
    """The signed note is malformed, or no known key signed it."""


class ProofRejected(ArchiveError):
    """The proof does not lead to the root."""


class KeyUnusable(ArchiveError):
    """A key file or a wrapped key cannot be used."""
