"""Verification of everything the archive keeps in the database, in one consistent view of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.archive.anchors.cosignatures import bad_cosignatures
from adapters.database.archive.anchors.timestamps import bad_timestamps
from adapters.database.archive.memory import forgotten
from adapters.database.archive.subjects import stored_keys
from archive.entries.entry import EntryBody, erased_by
from archive.errors import KeyUnusable
from archive.keys.archive_keys import ArchiveKeys
from archive.verification import LogDifference, LogReport, StoredLeaf, VerifyReport, verify_log

#: (done, total)
Progress = Callable[[int, int | None], None]

_STEP: Final = 2_000

_LEAVES = text(
    "select leaf.seq, leaf.entry_id, leaf.hash, entry.body, entry.kind, entry.case_ref as case, "
    "entry.subject_ref as subject, extract(epoch from entry.recorded_at) * 1000000 as recorded_at "
    "from archive_leaf leaf left join archive_entry entry on entry.id = leaf.entry_id order by leaf.seq"
)
_CHECKPOINTS = text("select size, note from archive_checkpoint order by size")
_TILE = text("select data from archive_tile where level = :level and idx = :idx")
_COUNTS = text(
    "select (select count(*) from archive_leaf) leaves, (select count(*) from content) contents, "
    "(select count(*) from subject_key) keys, (select count(*) from archive_pending) pending"
)
_SURPLUS_TILES = text(
    "select level, idx from archive_tile where idx < 0 or idx >= floor(:size / power(256::numeric, level + 1)) "
    "order by level, idx limit 1"
)
_AT_PLACE = text("select entry_id from archive_leaf where seq = :seq")
_OUT_OF_PLACE = text(
    "select entry_id from archive_leaf where seq < 0 or seq >= (select count(*) from archive_leaf) order by seq limit 1"
)
_FORGOTTEN = text(
    "select entry.id from archive_entry entry where not exists (select from archive_leaf where entry_id = entry.id) "
    "and not exists (select from archive_pending where entry_id = entry.id) order by entry.id limit 1"
)
_GHOSTS = text(
    "select entry_id from archive_pending pending where not exists (select from archive_entry where id = entry_id) "
    "or exists (select from archive_leaf leaf where leaf.entry_id = pending.entry_id) order by entry_id limit 1"
)
_TYPES = text(
    "select sha256, media_type from content where sha256 = any(:names) "
    "union all select sha256, media_type from erased_content where sha256 = any(:names)"
)
# A tombstone stands on an entry of an erasure that names the content, and there is no content beside it.
_TOMBSTONES = text(
    "select gone.sha256, gone.entry_id, entry.body, content.sha256 is not null as beside from erased_content gone "
    "left join content on content.sha256 = gone.sha256 left join archive_entry entry on entry.id = gone.entry_id "
    "order by 1"
)
_CONTENTS = text("select sha256, data from content order by sha256")
_NAMING = text("select id from archive_entry where position(convert_to(:name, 'UTF8') in body) > 0 order by id limit 1")
_KEYLESS = text(
    "select min(id) from archive_entry where subject_ref is not null "
    "and not exists (select from subject_key key where key.subject_ref = archive_entry.subject_ref)"
)
# An erasure is an entry about the subject, of the very moment; columns of entries are verified on the walk.
_SILENT = text(
    "select subject_ref, (select min(id) from archive_entry entry where entry.subject_ref = key.subject_ref) "
    "from subject_key key where destroyed_at is not null and not exists (select from archive_entry entry "
    "where entry.subject_ref = key.subject_ref and kind = 'subject:erased' and recorded_at = destroyed_at) order by 1"
)
_REVIVED = text(
    "select subject_ref, (select min(id) from archive_entry entry where entry.subject_ref = key.subject_ref) "
    "from subject_key key where (wrapped is null) <> (destroyed_at is not null) order by 1"
)
_ABOUT = text("select min(id) from archive_entry where subject_ref = :ref")


def verify_archive(connection: Connection, keys: ArchiveKeys, progress: Progress | None) -> VerifyReport:
    """Verify log, contents and subject keys; the connection must see one unchanging state."""
    counts = connection.execute(_COUNTS).one()
    meter = _Meter(progress, counts.leaves + counts.contents + counts.keys)
    documents = _Documents(connection)
    log = verify_log(
        meter.over(_leaves(connection)),
        ((size, note) for size, note in _stream(connection, _CHECKPOINTS)),
        lambda level, index: connection.execute(_TILE, {"level": level, "idx": index}).scalar_one_or_none(),
        keys.verifiers,
        documents.named,
    )
    documents.check()
    problems = [_located(connection, log.difference)] if log.difference else []
    problems += _outside_the_log(connection, log)
    problems += documents.problems
    problems += _contents(connection, meter)
    erased, spoiled = _subjects(connection, keys, meter)
    problems += spoiled
    problems += _erased_in_silence(connection)
    problems += bad_cosignatures(connection, keys)
    problems += bad_timestamps(connection, keys)
    problems += forgotten(connection, keys)
    return VerifyReport(
        entries=log.size,
        pending=counts.pending,
        checkpoints=log.checkpoints,
        tiles=log.tiles,
        contents=counts.contents,
        subjects=counts.keys,
        erased=erased,
        root=b64encode(log.root).decode(),
        signer=keys.signer.verifier.vkey,
        problems=tuple(problems),
    )


class _Meter:
    """Counts what is done and tells it now and then."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def over(self, things: Iterable[Any]) -> Iterator[Any]:
        for thing in things:
            yield thing
            self._done += 1
            if self._progress and (self._done % _STEP == 0 or self._done == self._total):
                self._progress(self._done, self._total)


def _stream(connection: Connection, query: Any, size: int = _STEP) -> Iterator[Any]:
    return iter(connection.execute(query, execution_options={"yield_per": size}))


def _leaves(connection: Connection) -> Iterator[StoredLeaf]:
    for row in _stream(connection, _LEAVES):
        yield StoredLeaf(*row)  # columns in the order of its fields: there are millions


def _located(connection: Connection, difference: LogDifference) -> LogDifference:
    """The difference with its entry: the one at that place, or the one that should be there."""
    if difference.entry_id is not None or difference.seq is None:
        return difference
    for query, values in ((_AT_PLACE, {"seq": difference.seq}), (_OUT_OF_PLACE, {}), (_FORGOTTEN, {})):
        entry_id = connection.execute(query, values).scalar_one_or_none()
        if entry_id is not None:
            return replace(difference, entry_id=entry_id)
    return difference


def _outside_the_log(connection: Connection, log: LogReport) -> Iterator[LogDifference]:
    """Rows the walk along the log does not meet."""
    for entry_id in connection.execute(_FORGOTTEN).scalars():
        yield LogDifference("archive_entry", "the entry has no place in the log and waits for none", entry_id)
    for entry_id in connection.execute(_GHOSTS).scalars():
        yield LogDifference("archive_pending", "no entry waits here for its place", entry_id)
    if log.difference is None:
        for level, index in connection.execute(_SURPLUS_TILES, {"size": log.size}):
            yield LogDifference("archive_tile", f"tile {level}/{index} does not belong to the tree")


class _Documents:
    """Holds the documents that entries name against the contents that are kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._named: list[tuple[str, str, int, int]] = []
        self.problems: list[LogDifference] = []

    def named(self, entry_id: int, seq: int, body: EntryBody) -> None:
        for name, media_type in body.get("documents", {}).items():
            self._named.append((name, media_type, entry_id, seq))
        if len(self._named) >= _STEP:
            self.check()

    def check(self) -> None:
        rows = self._connection.execute(_TYPES, {"names": [named[0] for named in self._named]})
        types: dict[str, str] = {row.sha256: row.media_type for row in rows}
        for name, media_type, entry_id, seq in self._named:
            if name not in types:
                self.problems.append(LogDifference("content", f"content {name} is missing", entry_id, seq))
            elif types[name] != media_type:
                what = f"content {name} is kept as {types[name]}, was {media_type}"
                self.problems.append(LogDifference("content", what, entry_id, seq))
        self._named.clear()


def _contents(connection: Connection, meter: _Meter) -> Iterator[LogDifference]:
    for name, data in meter.over(_stream(connection, _CONTENTS, 20)):
        if sha256(data).hexdigest() != name:
            entry_id = connection.execute(_NAMING, {"name": name}).scalar_one_or_none()
            yield LogDifference("content", f"content {name} is not what was kept", entry_id)


def _erased_in_silence(connection: Connection) -> Iterator[LogDifference]:
    for row in connection.execute(_TOMBSTONES):
        if row.beside:
            yield LogDifference(
                "erased_content", f"the content {row.sha256} is there and said to be erased", row.entry_id
            )
        elif row.sha256 not in erased_by(row.body or b""):
            yield LogDifference(
                "erased_content", f"no entry says that the content {row.sha256} was erased", row.entry_id
            )
    for ref, entry_id in connection.execute(_SILENT):
        yield LogDifference("subject_key", f"the data key '{ref}' was destroyed and no entry says so", entry_id)
    for ref, entry_id in connection.execute(_REVIVED):
        yield LogDifference(
            "subject_key", f"the data key '{ref}' is there and said to be destroyed, or neither", entry_id
        )


def _subjects(connection: Connection, keys: ArchiveKeys, meter: _Meter) -> tuple[int, list[LogDifference]]:
    problems: list[LogDifference] = []
    if (entry_id := connection.execute(_KEYLESS).scalar_one()) is not None:
        problems.append(LogDifference("subject_key", "the key of the entry's subject is missing", entry_id))
    erased = 0
    for row in meter.over(stored_keys(connection)):
        if row.wrapped is None:
            erased += 1
            continue
        try:
            keys.kek.unwrap(row.subject_ref, row.owner, row.wrapped)
        except KeyUnusable as error:
            about = connection.execute(_ABOUT, {"ref": row.subject_ref}).scalar_one()
            problems.append(LogDifference("subject_key", str(error), about))
    return erased, problems
