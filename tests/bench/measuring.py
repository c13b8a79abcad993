"""What is measured with: time, processor time, memory of a tree of processes; and how a figure is written."""

from __future__ import annotations

import math
import os
import platform
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

#: Seconds between two looks at the memory.
_LOOK: Final = 0.2
_PARTS: Final = ("durable-rules", "psycopg", "SQLAlchemy", "typst", "Flask", "gunicorn", "cryptography")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `floor`: the same work with nothing around it, measured in the same run (same unit)."""

    group: str
    what: str
    value: float
    unit: str
    floor: float | None = None
    remark: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor it costs."""
        return None if not self.floor else self.value / self.floor

    def plain(self) -> dict[str, Any]:
        """As JSON data."""
        return {**asdict(self), "ratio": self.ratio}


@dataclass(slots=True)
class Spent:
    """What a block took. `seconds` on the clock, `cpu` of this process and its ended children, `peak` bytes of
    resident memory of this process and all its descendants, the database server's not counted."""

    seconds: float = 0.0
    cpu: float = 0.0
    peak: int = 0


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure the block; the figures are there when it has ended."""
    result = Spent()
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(result, over), daemon=True)
    watcher.start()
    cpu, clock = _cpu(), time.perf_counter()
    try:
        yield result
    finally:
        result.seconds, result.cpu = time.perf_counter() - clock, _cpu() - cpu
        over.set()
        watcher.join()


def _cpu() -> float:
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def _watch(result: Spent, over: threading.Event) -> None:
    while True:
        result.peak = max(result.peak, _resident(os.getpid()))
        if over.wait(_LOOK):
            return


def _resident(pid: int) -> int:
    """Bytes of resident memory of a process and its Python descendants; 0 where /proc does not tell."""
    try:
        command = Path(f"/proc/{pid}/comm").read_text("utf-8")
        pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text("utf-8").split()
        ]
    except (OSError, IndexError):
        return 0
    own = 0 if command.startswith("postgres") else pages * resource.getpagesize()
    return own + sum(map(_resident, children))


def rate(work: Callable[[], int], *, seconds: float) -> float:
    """Pieces per second of processor time, of work repeated for at least so many seconds of it."""
    done, start = 0, _cpu()
    while (used := _cpu() - start) < seconds:
        done += work()
    return done / used


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, by nearest rank."""
    ranked = sorted(values)
    return ranked[math.ceil(share * len(ranked)) - 1]


@dataclass(slots=True)
class Report:
    """The figures of one invocation, in the order in which they were measured."""

    figures: list[Figure] = field(default_factory=list)

    def add(self, *args: Any, **options: Any) -> None:
        """Take a figure and tell it on standard error at once."""
        figure = Figure(*args, **options)
        self.figures.append(figure)
        say(f"  {figure.what}: {number(figure.value)} {figure.unit}")


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def number(value: float) -> str:
    """With thousands separators, and with decimals where they matter."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def surroundings() -> dict[str, Any]:
    """Where and when it was measured."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251  a report of today
        "machine": _processor(),
        "processors": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in _PARTS},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
