"""Many writers, several integrators, and integrators that are killed: the log stays whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from adapters.database.archive.audit import Audit
from adapters.database.archive.store import Archive
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import open_checkpoint
from tests.adapters.database.archive.archive_samples import AT, append, sample

_ROOT = Path(__file__).parents[4]

_WRITER_AND_INTEGRATOR = """
import sys
from pathlib import Path
from adapters.database.archive.store import Archive, open_keys
from adapters.database.connection import connect
from tests.adapters.database.archive.archive_samples import append, sample
engine = connect(sys.argv[1])
archive = Archive(engine, open_keys(Path(sys.argv[2])))
number = 0
while True:
    ids = append(engine, archive, [sample(number + place, f"C{place % 9}") for place in range(40)])
    number += 40
    archive.integrate(batch=7)
    print(ids[-1], flush=True)
"""


def _places(database: Engine) -> list[int]:
    with database.connect() as connection:
        return list(connection.execute(text("select seq from archive_leaf order by seq")).scalars())


def test_concurrent_writers_and_integrators_leave_one_contiguous_log(database: Engine, tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    shared = Archive(database, keys)

    def write(writer: int) -> int:
        written = 0
        for number in range(12):
            # New customers in opposite orders: keys must not make two writers wait for each other.
            customers = [f"C{number}-{place}" for place in range(10)]
            if writer % 2:
                customers.reverse()
            entries = [sample(number, customer) for customer in customers]
            written += len(append(database, shared, entries[:5]) + append(database, shared, entries[5:]))
        return written

    def integrate(number: int) -> int:
        archive = shared if number % 2 else Archive(database, keys)
        return sum(archive.integrate(batch=11) for _ in range(10))

    with ThreadPoolExecutor(7) as pool:
        writers = [pool.submit(write, number) for number in range(4)]
        integrators = [pool.submit(integrate, number) for number in range(3)]
        written = sum(writer.result(60) for writer in writers)
        placed = sum(integrator.result(60) for integrator in integrators)
    placed += shared.integrate()
    assert placed == written == 480
    assert _places(database) == list(range(480))
    report = shared.verify()
    assert (report.problems, report.entries, report.pending, report.subjects) == ((), 480, 0, 120)


def test_threads_that_share_an_archive_read_proofs_while_it_grows(database: Engine, tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    archive = Archive(database, keys)
    audit = Audit(database, archive, keys, lambda: AT)
    ids = append(database, archive, [sample(number) for number in range(300)])
    archive.integrate()

    def grow(number: int) -> None:
        append(database, archive, [sample(number)])
        archive.integrate()

    def read(number: int) -> int:
        assert archive.covered(ids[:5])
        return open_checkpoint(audit.proof(ids[number]).checkpoint, keys.verifiers).size

    with ThreadPoolExecutor(4) as pool:
        grown = [pool.submit(grow, number) for number in range(20)]
        sizes = list(pool.map(read, range(40)))
        for future in grown:
            future.result()
    assert min(sizes) >= 300
    assert open_checkpoint(audit.checkpoint(), keys.verifiers).size == 320


@contextmanager
def _process(url: str, keys: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER_AND_INTEGRATOR, url, str(keys)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def test_killed_writers_and_integrators_leave_a_log_that_verifies_and_goes_on(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    archive = Archive(database, ArchiveKeys(tmp_path / "keys"))
    acknowledged: list[int] = []
    for round_ in range(6):
        with _process(database_url, tmp_path / "keys") as process:
            assert process.stdout
            acknowledged.append(int(process.stdout.readline()))
            time.sleep(0.013 * round_)  # somewhere in the middle of another append or batch
            process.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout.read().splitlines() if line]
        report = archive.verify()
        assert report.ok, report.problems
    archive.integrate()
    assert archive.covered(acknowledged)
    places = _places(database)
    assert places == list(range(len(places)))
    report = archive.verify()
    assert (report.problems, report.pending, report.entries) == ((), 0, len(places))
