"""Deciding again what is archived, and comparing byte for byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.usecases.progress import Progress
from archive.entries.reading import Reader
from archive.entries.redecision import Redecision
from engine.errors import InvalidInput

_Record = TypeVar("_Record")
_Read_co = TypeVar("_Read_co", covariant=True)
_Made_contra = TypeVar("_Made_contra", contravariant=True)


class DecisionRecords(Protocol[_Read_co]):
    """Decisions as archived; reading them is noted."""

    def record(self, entry_id: int, reader: Reader) -> _Read_co:
        """The record that an entry is of. Raises NotFound, InvalidInput, ArchiveBroken."""
        ...

    def records(self, run: int, reader: Reader) -> Iterator[_Read_co]:
        """The records of a run by customer. Raises NotFound, ArchiveBroken."""
        ...


class Redecider(Protocol[_Made_contra]):
    """Decides once more."""

    def again(self, record: _Made_contra, /) -> Redecision:
        """Decide a record again, from the archived facts and from the books as believed then."""
        ...


@dataclass(frozen=True, slots=True)
class Redecided:
    """What deciding again came to. `counts`: how many are 'same', 'different' and 'erased'."""

    counts: Mapping[str, int]
    different: tuple[Redecision, ...]


def redecide(
    records: DecisionRecords[_Record],
    redecider: Redecider[_Record],
    reader: Reader,
    *,
    entry: int | None,
    run: int | None,
    progress: Progress,
) -> Redecided:
    """Decide an entry again, or every decision of a run. Raises InvalidInput unless one of them is named, NotFound,
    ArchiveBroken."""
    chosen: Iterable[_Record]
    if entry is not None and run is None:
        chosen = [records.record(entry, reader)]
    elif run is not None and entry is None:
        chosen = records.records(run, reader)
    else:
        raise InvalidInput("Name an entry, or a run.", field="entry")
    counts: Counter[str] = Counter(same=0, different=0, erased=0)
    different = []
    for number, record in enumerate(chosen, 1):
        made = redecider.again(record)
        counts[made.result] += 1
        if made.result == "different":
            different.append(made)
        progress(number, None)
    return Redecided(counts, tuple(different))
