"""The health of an installation's parts, each asked where it stands."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text

from adapters.database.access.roles import role_grants
from adapters.database.erasure.restored import ErasuresForgotten
from adapters.database.facts.doubts import doubt_counts
from adapters.delivery.smtp import SmtpSettings
from app.installation.archive import Records
from app.installation.database import Database
from app.installation.outbox import Outbox
from app.installation.settings import Settings


class Health:
    """What the parts say of themselves. Each raises MonitumError or OSError when it fails."""

    def __init__(self, settings: Settings, database: Database, records: Records, outbox: Outbox) -> None:
        self._settings = settings
        self._database = database
        self._records = records
        self._outbox = outbox

    def database(self) -> str:
        """Server and where it comes from."""
        with self._database.reach().connect() as connection:
            version = connection.execute(text("show server_version")).scalar_one()
        origin = f"embedded, under {self._settings.home}" if self._database.embedded else "given by DATABASE_URL"
        return f"PostgreSQL {version}, {origin}"

    def schema(self) -> tuple[str | None, str | None]:
        """The migration the database is at, and the newest."""
        return self._database.schema()

    def role(self) -> str:
        """The role that Monitum acts as. Raises RunsAsOwner, NotAdmitted."""
        role = role_grants(self._database.reach())
        role.require_application()
        return role.name

    def books(self) -> Sequence[Mapping[str, Any]]:
        """By `source`: `rows` in quarantine, `customers` whose books are in doubt, and `findings` to be mended."""
        with self._database.reach().connect() as connection:
            return doubt_counts(connection)

    def broker(self) -> tuple[bool, str]:
        """Whether the broker answers, and where it is."""
        if self._settings.broker_url is None:
            return True, "none, and none is needed: monitum worker looks at the database itself"
        url = urlsplit(self._settings.broker_url)
        host, port = url.hostname, url.port or 5672
        return _answers(host or "", port), f"{url.scheme}://{host}:{port}"

    def mail(self) -> tuple[bool, str]:
        """Whether the mail server answers, and where it is."""
        server = SmtpSettings.of_url(self._settings.smtp_url)
        security = "" if server.security == "none" else f" ({server.security})"
        return _answers(server.host, server.port), f"{server.host}:{server.port}{security}"

    def outbox(self) -> tuple[Mapping[str, int], int | None]:
        """Actions by state, and since how many seconds the oldest is due."""
        figures = self._outbox.status()
        states: Counter[str] = Counter()
        for row in figures.states:
            states[row["state"]] += row["count"]
        return states, figures.oldest_due_seconds

    def archive(self) -> tuple[int, int]:
        """Entries in the log, and those that are to be sequenced."""
        return self._records.archive.size(), self._outbox.status().unsigned

    def require_unforgotten(self) -> None:
        """Raises ErasuresForgotten when a restored database knows erased customers again."""
        if forgotten := self._records.erasures.missing():
            raise ErasuresForgotten(len({line.owner for line in forgotten}))

    def waiting_erasures(self) -> Sequence[Mapping[str, Any]]:
        """Erasures that wait, with the day they are `due_on`."""
        return [dict(row) for row in self._records.erasures.waiting()]


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False
