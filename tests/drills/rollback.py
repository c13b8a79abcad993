"""Rollback drill: an older backup is restored over the log, with PostgreSQL's own tools, and is found.

    python -m tests.drills.rollback

Four ways it goes: the keys' folder knows better; the keys' folder was set back too, and the witness knows better; the
log went on after that and forked; and how the log goes on when the entries are lost for good.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import text

from adapters.database.access.roles import login_url, role_grants
from adapters.database.archive.anchors.witnessed_log import DatabaseLog
from adapters.database.archive.errors import ArchiveRolledBack
from adapters.database.archive.keys import KeyLife
from adapters.database.archive.store import Archive
from adapters.database.connection import connect
from archive.anchors.cosigner import Cosigner, Observation
from archive.errors import ArchiveError, LogForked, LogRolledBack
from archive.keys.archive_keys import ArchiveKeys
from archive.log.cosignature import WitnessVerifier
from engine.errors import MonitumError
from tests.adapters.database.archive.archive_samples import AT, append, sample
from tests.drills.server import drilled_database, dump, restore

BEFORE: Final = 300
AFTER: Final = 40


class Site:
    """A service with its database and keys, and a witness somewhere else."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.keys = folder / "keys"
        self.backup = folder / "backup.dump"
        self._eyes = folder / "witness"
        self.old_keys = folder / "keys-of-the-backup"
        with self.archive() as archive:
            self.grow(BEFORE)
            self.look()
            archive.integrate()

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        """The archive as a process that has just started."""
        engine = connect(login_url(self.url))
        role_grants(engine).require_application()
        yield Archive(engine, ArchiveKeys(self.keys))
        engine.dispose()

    def grow(self, count: int, **changes: str) -> int:
        """So many more entries; how many got a place."""
        engine = connect(login_url(self.url))
        archive = Archive(engine, ArchiveKeys(self.keys))
        append(engine, archive, [sample(number, f"C{number % 9}", **changes) for number in range(count)])
        try:
            return archive.integrate()
        finally:
            engine.dispose()

    def look(self) -> Observation | None:
        """The witness looks, signs, and his line is kept beside the checkpoint."""
        keys = ArchiveKeys(self.keys)
        witness = Cosigner(self._eyes, name="witness.example", logs=keys.verifiers)
        keys.trust(WitnessVerifier.parse(witness.signer.verifier.vkey))
        engine = connect(login_url(self.url))
        log = DatabaseLog(engine, witness.logs)
        try:
            observed = witness.observe(log.newest(), log.consistency, AT)
            if observed:
                log.deliver(observed.note, witness.signer.name)
            return observed
        finally:
            engine.dispose()

    def back_up(self) -> None:
        """The database, and the folder of keys beside it."""
        dump(self.url, self.backup)
        shutil.copytree(self.keys, self.old_keys)

    def set_back(self, *, keys: bool = False) -> None:
        """Restore the backup over the database; with the folder of keys when the whole machine is restored."""
        restore(self.url, self.backup)
        if keys:
            shutil.rmtree(self.keys)
            shutil.copytree(self.old_keys, self.keys)

    def checkpoints(self) -> int:
        """How many there are."""
        engine = connect(self.url)
        with engine.connect() as connection:
            count = int(connection.execute(text("select count(*) from archive_checkpoint")).scalar_one())
        engine.dispose()
        return count


def refused(kind: type[MonitumError | ArchiveError], act: Callable[[], object]) -> str:
    """What is said when an act is refused as it must be."""
    try:
        act()
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind.__name__} was not raised")


def keys_know_better(site: Site) -> str:
    """The database alone is set back: the next signature is refused, verification names it."""
    site.grow(AFTER)
    site.set_back()
    before = site.checkpoints()
    said = refused(ArchiveRolledBack, lambda: site.grow(1))
    assert site.checkpoints() == before, "a checkpoint was signed"
    with site.archive() as archive:
        problems = [str(problem) for problem in archive.verify().problems]
    assert any("older state was restored" in problem for problem in problems), problems
    return said


def witness_knows_better(site: Site) -> str:
    """Database and keys are set back together: nothing here can tell, the witness does."""
    site.grow(AFTER)
    site.look()
    site.set_back(keys=True)
    with site.archive() as archive:
        assert archive.verify().ok, "the backup itself verifies"
    return refused(LogRolledBack, site.look)


def witness_sees_the_fork(site: Site) -> str:
    """The log went on after that and is longer than what the witness saw."""
    site.grow(AFTER)
    site.look()
    site.set_back(keys=True)
    site.grow(AFTER + 5, reason="otherwise")
    with site.archive() as archive:
        assert archive.verify().ok, "the forked log verifies by itself"
    return refused(LogForked, site.look)


def goes_on_after_a_loss(site: Site) -> str:
    """The entries are lost for good: the log goes on under another name, the old name contradicts itself nowhere."""
    site.grow(AFTER)
    lost = site.look()
    site.set_back()
    refused(ArchiveRolledBack, lambda: site.grow(1))
    with site.archive() as archive:
        engine = connect(login_url(site.url))
        new = KeyLife(engine, archive, ArchiveKeys(site.keys), actor="anna", at=AT).restart("the disk burned")
        engine.dispose()
    site.grow(AFTER + 5)
    with site.archive() as archive:
        report = archive.verify()
        assert report.ok, report.problems
    observed = site.look()
    assert lost is not None
    assert observed is not None
    assert (observed.before, observed.checkpoint.origin) == (None, new.name)
    return f"{new.name} goes on after {BEFORE}; {lost.checkpoint.size} stays the last of {lost.checkpoint.origin}"


WAYS: Final = (keys_know_better, witness_knows_better, witness_sees_the_fork, goes_on_after_a_loss)


def drill(way: Callable[[Site], str]) -> str:
    """One way, on a database and in a folder of its own; what was said in the end."""
    with drilled_database() as url, tempfile.TemporaryDirectory() as folder:
        site = Site(url, Path(folder))
        site.back_up()
        return way(site)


def main() -> None:
    for way in WAYS:
        said = drill(way)
        sys.stdout.write(f"found: {way.__name__.replace('_', ' ')}\n    {said.partition(chr(10))[0]}\n")


if __name__ == "__main__":
    main()
