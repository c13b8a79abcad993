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


class _Contradiction(ArchiveError):
    """What a log shows contradicts what it showed before. `seen` and `offered` are checkpoint notes; both are proof."""

    def __init__(self, message: str, *, seen: str, offered: str | None) -> None:
        super().__init__(message)
        self.seen = seen
        self.offered = offered


class LogRolledBack(_Contradiction):
    """The log is shorter than it was: an older state of it was restored."""


class LogForked(_Contradiction):
    """The log is not the one it was: entries that were signed are not in it, or others are."""
