"""The offline verifier on a log of its own: entries a second and memory, in a process on bare Python."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import islice, repeat
from pathlib import Path
from typing import Final

from tests.archive.bundles import body, write_log
from tests.bench.measuring import Report, say

#: Different entries; a log repeats them, which neither hashing nor parsing notices.
_DIFFERENT: Final = 1_000
_RUNS: Final = 3
_LOOK: Final = 0.01


def measure(report: Report, *, entries: int) -> None:
    """Export `entries` entries of the size of a run's and verify them as an auditor does. Raises RuntimeError when the
    verifier does not find them right."""
    say(f"offline verifier: {entries:,} entries")
    folder = Path(tempfile.mkdtemp())
    try:
        some = [body(number) for number in range(_DIFFERENT)]
        write_log(folder / "log", islice((entry for batch in repeat(some) for entry in batch), entries))
        runs = [_verify(folder / "log", entries) for _ in range(_RUNS)]
    finally:
        shutil.rmtree(folder)
    size = sum(map(len, some)) // len(some)
    seconds, cpu, memory = (min(figures) for figures in zip(*runs, strict=True))
    report.add("Offline verifier", "verify an export", entries / seconds, "entries/s", remark=f"{size} bytes each")
    report.add("Offline verifier", "the same by processor time", entries / cpu, "entries/s")
    report.add("Offline verifier", "resident memory", memory / 1024, "MiB", remark="bare Python included")


def _verify(folder: Path, entries: int) -> tuple[float, float, int]:
    """Seconds on the clock and of the processor, and peak kilobytes of one process."""
    start = time.perf_counter()
    command = [sys.executable, "-S", "-I", str(folder / "verify.py")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0
    while not select.select([process.stdout], [], [], _LOOK)[0]:
        peak = max(peak, _peak(process.pid))
    said = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or f"VERIFIED: {entries} entries" not in said:
        raise RuntimeError(f"The export does not verify: {said}")
    return seconds, usage.ru_utime + usage.ru_stime, peak


def _peak(process: int) -> int:
    """Kilobytes. Not from its resource usage, which counts what was resident before the program began."""
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0
