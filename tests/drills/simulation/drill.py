"""Many histories: figures, the first violations with their last steps, and how soon each planted bug is found."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.drills.simulation.history import Ended
from tests.drills.simulation.planted import BUGS, planted
from tests.drills.simulation.settling import live

CHUNK = 500


@dataclass(slots=True)
class Drilled:
    """What many histories came to. `seconds`: of the processor, all processes together."""

    histories: int = 0
    seconds: float = 0.0
    figures: Counter[str] = field(default_factory=Counter)
    broken: list[Ended] = field(default_factory=list)

    def add(self, other: Drilled) -> None:
        """Count the histories of another too."""
        self.histories += other.histories
        self.seconds += other.seconds
        self.figures.update(other.figures)
        self.broken += other.broken

    @property
    def per_minute(self) -> float:
        """Histories in a minute of one processor."""
        return self.histories / self.seconds * 60 if self.seconds else 0.0


def drill(first: int, histories: int, *, processes: int = 1, progress: Callable[[int], None] | None = None) -> Drilled:
    """Live the histories of so many seeds from the first one on."""
    total = Drilled()
    chunks = [range(at, min(at + CHUNK, first + histories)) for at in range(first, first + histories, CHUNK)]
    for done in _lived(chunks, processes):
        total.add(done)
        if progress:
            progress(total.histories)
    return total


def _lived(chunks: list[range], processes: int) -> Iterable[Drilled]:
    if processes == 1:
        yield from map(_chunk, chunks)
        return
    with ProcessPoolExecutor(min(processes, os.cpu_count() or 1)) as pool:
        yield from pool.map(_chunk, chunks)


def _chunk(seeds: range) -> Drilled:
    done = Drilled(len(seeds))
    begun = time.process_time()
    for seed in seeds:
        ended = live(seed)
        done.figures.update(ended.figures)
        if ended.violations:
            done.broken.append(ended)
    done.seconds = time.process_time() - begun
    return done


@dataclass(frozen=True, slots=True)
class Found:
    """A planted bug: the history that found it and what it broke; None when none did."""

    name: str
    ended: Ended | None
    histories: int


def find(name: str, *, first: int = 0, most: int = 3_000) -> Found:
    """Live histories with a planted bug until one finds it."""
    with planted(BUGS[name]):
        for seed in range(first, first + most):
            ended = live(seed)
            if ended.violations:
                return Found(name, ended, seed - first + 1)
    return Found(name, None, most)


def figures_by_kind(figures: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    """The figures in reading order: faults together, effects together."""
    return sorted(figures.items())
