"""Taking what was erased out of the files of the server: rows that were deleted or changed leave their bytes behind.

Done: tables that held personal data are written anew, statistics too, and write-ahead files before now are removed.
Not done: blocks of the file system that held those files, backups and archived write-ahead files. Backups end by being
short (30 days at most), the rest by encrypting the disk.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Engine, text

from engine.errors import Conflict

_TABLES: Final = (
    "action", "bounce", "content", "customer", "document", "doubt", "erasure", "finding", "hold", "idempotency",
    "issued_document", "ksef_sending", "occurrence", "quarantine", "run", "service", "subject_key", "target_rest",
)  # fmt: skip


def scrub(administrator: Engine) -> None:
    """Write anew what held personal data, as a superuser; each table is locked meanwhile. Raises Conflict otherwise."""
    with administrator.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.execute(text("show is_superuser")).scalar_one() != "on":
            raise Conflict("Scrubbing the files of the server needs a superuser in MONITUM_ADMIN_DATABASE_URL.")
        for table in _TABLES:
            connection.execute(text(f"vacuum (full, analyze) {table}"))
        # Statistics hold frequent values of columns.
        connection.execute(text("vacuum full pg_statistic"))
        # Old write-ahead files are removed, not kept under a new name, and those that are not needed go now.
        connection.execute(text("alter system set wal_recycle = off"))
        connection.execute(text("select pg_reload_conf()"))
        connection.execute(text("select pg_switch_wal()"))
        connection.execute(text("checkpoint"))
