"""The walk of an auditor: every leaf, tile and root is computed again and compared with what is stored and signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from archive.entries.entry import EntryBody, decode
from archive.errors import EntryInvalid, NoteRejected
from archive.log.checkpoint import Checkpoint, open_stored
from archive.log.merkle import leaf_hash
from archive.log.note import Verifier
from archive.log.tiles import TILE_HEIGHT, Edge, Tile, split_tile


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """A leaf with the entry it points at; `body` None: there is no such entry. `recorded_at`: microseconds since 1970,
    as whatever number the database holds."""

    seq: int
    entry_id: int
    hash: bytes
    body: bytes | None
    kind: str | None
    case: str | None
    subject: str | None
    recorded_at: int | Decimal | None


@dataclass(frozen=True, slots=True)
class LogDifference:
    """The first thing that is not as it was signed: in which table, what, at which entry and place in the log.

    `until`: the last place, when only a range can be named.
    """

    table: str
    what: str
    entry_id: int | None = None
    seq: int | None = None
    until: int | None = None

    def __str__(self) -> str:
        place = "" if self.seq is None else f", place {self.seq}"
        if self.seq is not None and self.until not in {None, self.seq}:
            place = f", places {self.seq} to {self.until}"
        entry = "" if self.entry_id is None else f", entry {self.entry_id}"
        return f"{self.table}{entry}{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class LogReport:
    """How far the walk came: entries, checkpoints and full tiles found right; the first difference, if any."""

    size: int
    root: bytes
    checkpoints: int
    tiles: int
    difference: LogDifference | None = None


class _Found(Exception):
    """Carries the first difference out of the walk."""

    def __init__(self, difference: LogDifference) -> None:
        super().__init__()
        self.difference = difference


#: Told of every entry that is as it was hashed: its id, its place and its fields.
OnEntry = Callable[[int, int, EntryBody], None]


@dataclass(slots=True)
class _Walk:
    edge: Edge
    checkpoints: Iterator[tuple[int, str]]
    tile: Callable[[int, int], bytes | None]
    known: Sequence[Verifier]
    on_entry: OnEntry
    next_checkpoint: Checkpoint | None = None
    signed: int = 0
    checked: int = 0
    tiles: int = 0
    entry_id: int | None = None

    def advance(self) -> None:
        """Open the next checkpoint; its size must be the one it is stored under and grow."""
        stored = next(self.checkpoints, None)
        if stored is None:
            self.next_checkpoint = None
            return
        size, note = stored
        try:
            checkpoint = open_stored(note, self.known)
        except NoteRejected as error:
            raise self._bad_checkpoint(size, f": {error}") from None
        if checkpoint.size != size:
            raise self._bad_checkpoint(size, f" was signed for {checkpoint.size} entries")
        if size <= self.edge.size:
            raise self._bad_checkpoint(size, " covers nothing new")
        self.next_checkpoint = checkpoint

    def _bad_checkpoint(self, size: int, what: str) -> _Found:
        until = size - 1 if size > self.signed else None
        return _Found(LogDifference("archive_checkpoint", f"checkpoint {size}{what}", None, self.signed, until))

    def step(self, leaf: StoredLeaf) -> None:
        place = self.edge.size
        if leaf.seq < place:
            raise _Found(LogDifference("archive_leaf", "the log has no such place", leaf.entry_id, leaf.seq))
        if leaf.seq != place:
            raise _Found(LogDifference("archive_leaf", f"place {place} is missing, {leaf.seq} follows", None, place))
        if self.next_checkpoint is None:
            raise _Found(LogDifference("archive_leaf", "the leaf is in no signed checkpoint", leaf.entry_id, place))
        self._check_entry(leaf)
        self.entry_id = leaf.entry_id
        for tile in self.edge.extend([leaf.hash]):
            self._check_tile(tile)
        if self.next_checkpoint.size == self.edge.size:
            self._check_root(self.next_checkpoint)

    def _check_entry(self, leaf: StoredLeaf) -> None:
        def differs(what: str, table: str = "archive_entry") -> _Found:
            return _Found(LogDifference(table, what, leaf.entry_id, leaf.seq))

        if leaf.body is None:
            raise differs("the entry of the leaf is missing")
        if leaf_hash(leaf.body) != leaf.hash:
            raise differs("the body is not the one that was hashed")
        try:
            body = decode(leaf.body)
        except EntryInvalid as error:
            raise differs(str(error)) from None
        columns = (leaf.kind, leaf.case, leaf.subject, leaf.recorded_at)
        if columns != (body.get("kind"), body.get("case"), body.get("subject"), body.get("at")):
            raise differs("kind, case, subject or moment beside the body are not those in it")
        self.on_entry(leaf.entry_id, leaf.seq, body)

    def _check_tile(self, tile: Tile) -> None:
        stored = self.tile(tile.level, tile.index)
        self.tiles += 1
        if stored == tile.data:
            return
        name = f"tile {tile.level}/{tile.index}"
        width = 1 << (TILE_HEIGHT * tile.level)
        first = tile.index << (TILE_HEIGHT * (tile.level + 1))
        if stored is None:
            raise _Found(LogDifference("archive_tile", f"{name} is missing", None, first, self.edge.size))
        pairs = zip(split_tile(tile.data), split_tile(stored), strict=False)
        place = next((number for number, (own, other) in enumerate(pairs) if own != other), 0)
        seq = first + place * width
        what = f"{name} has another hash at {place}"
        raise _Found(LogDifference("archive_tile", what, None, seq, seq + width - 1 if tile.level else None))

    def _check_root(self, checkpoint: Checkpoint) -> None:
        if checkpoint.root != self.edge.root():
            what = f"the entries are not those signed in checkpoint {checkpoint.size}"
            raise _Found(LogDifference("archive_leaf", what, None, self.signed, checkpoint.size - 1))
        self.signed = checkpoint.size
        self.checked += 1
        self.advance()

    def finish(self) -> None:
        """After the last leaf: everything signed must have been seen."""
        if self.next_checkpoint is not None:
            what = f"checkpoint {self.next_checkpoint.size} covers entries that are missing"
            raise _Found(LogDifference("archive_leaf", what, None, self.edge.size, self.next_checkpoint.size - 1))


def _ignore(entry_id: int, seq: int, body: EntryBody) -> None:
    """The entries are told nowhere."""


def verify_log(
    leaves: Iterable[StoredLeaf],
    checkpoints: Iterable[tuple[int, str]],
    tile: Callable[[int, int], bytes | None],
    known: Sequence[Verifier],
    on_entry: OnEntry = _ignore,
) -> LogReport:
    """Walk a stored log once, in constant memory.

    `leaves` in order of seq, `checkpoints` (size, note) in order of size, `tile(level, index)` the stored full tile.
    Every entry is hashed again and compared with its leaf and its columns, every tile with the leaves, the root at
    every checkpoint with the signed one. The walk ends at the first difference.
    """
    walk = _Walk(Edge(), iter(checkpoints), tile, known, on_entry)
    difference: LogDifference | None = None
    try:
        walk.advance()
        for leaf in leaves:
            walk.step(leaf)
        walk.finish()
    except _Found as found:
        difference = found.difference
    return LogReport(walk.edge.size, walk.edge.root(), walk.checked, walk.tiles, difference)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was verified. `entries`: in the log and right; `pending`: waiting for their place, so not yet provable;
    `erased`: subjects with a destroyed key; `root`: base64, as in the checkpoint; `signer`: vkey of the log;
    `problems`: what is not as it was signed, the log's first difference first."""

    entries: int
    pending: int
    checkpoints: int
    tiles: int
    contents: int
    subjects: int
    erased: int
    root: str
    signer: str
    problems: tuple[LogDifference, ...]

    @property
    def ok(self) -> bool:
        """Whether everything verifies."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {"ok": self.ok, **asdict(self)}
