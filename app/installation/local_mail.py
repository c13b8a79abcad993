"""An installation that mails to a server of its own: nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from adapters.delivery.maildir_sink import maildir_sink
from app.installation.system import System


@contextmanager
def local_mail(system: System, folder: Path) -> Iterator[System]:
    """The same installation, mailing to a server on a free port that keeps everything in a Maildir."""
    with maildir_sink(folder) as port:
        yield System(replace(system.settings, smtp_url=f"smtp://127.0.0.1:{port}"), clock=system.clock)
