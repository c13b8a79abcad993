"""Mirror a finance system into the fact tables: all of one reading in one transaction, or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, text

from adapters.database.documents.settlement import Append, refresh_settlement
from adapters.database.erasure.erased_facts import refuse_erased
from adapters.database.locks import facts_of
from adapters.database.mirror.checks import check
from adapters.database.mirror.content import Content
from adapters.database.mirror.doubts import attribute, in_doubt, refresh_doubts
from adapters.database.mirror.findings import finding_count, refresh_findings
from adapters.database.mirror.money_in_doubt import withhold_money
from adapters.database.mirror.quarantine import refresh
from adapters.database.mirror.settlements import settle
from adapters.database.mirror.staging import Progress, stage
from adapters.database.mirror.sums import doubt_sums
from adapters.database.mirror.versions import VANISHING, apply, vanishing
from adapters.database.tables import FACT_TABLES
from adapters.finance.contract import FinanceSource
from engine.errors import AdapterError, InvalidInput
from engine.execution.reports import SyncReport

#: Fewer vanished facts than this are never suspicious: small tables empty themselves in daily work.
_SUSPICIOUS: Final = 10


def sync(
    engine: Engine,
    source: FinanceSource,
    *,
    now: datetime,
    progress: Progress | None = None,
    accept_shrinkage: bool = False,
    append: Append | None = None,
) -> SyncReport:
    """Bring the facts of a source to what it holds now; versions of facts end and begin at `now`.

    Wrong rows go to the quarantine and the rest is imported; the customers whom they concern are in doubt (doubts.py).
    A fact whose row is wrong keeps its last good version: it neither changes nor vanishes until the row is fixed; when
    not even the key of a wrong row can be read, nothing of its table vanishes. A vanished open item gets a version
    closed from now's date; vanished payments, allocations, holds and services end; customers and documents stay. With
    an unchanged fingerprint nothing is read and only the time of the sync is noted. Two syncs of one source never
    overlap. `append` writes to the archive how issued documents stand now; without it they are not compared.

    Raises AdapterError when the source cannot be read whole, or when more than half of the facts of a table would
    vanish and `accept_shrinkage` is not set; InvalidInput when `now` has no time zone or lies before the last sync.
    Then nothing is written.
    """
    if now.tzinfo is None:
        raise InvalidInput("The moment of a sync needs a time zone.", field="now")
    with engine.begin() as connection:
        known = _lock(connection, source, now)
        fingerprint = source.fingerprint()
        content = Content.of(source.books_at(), now)
        if fingerprint == known:
            _note(connection, source, fingerprint, now, content, changed=False)
            settled = _settled(connection, source.key, now, append)
            waiting = _waiting(connection, source.key)
            doubtful, everyone = in_doubt(connection, source.key)
            return SyncReport(
                source.key,
                quarantined=waiting,
                skipped_unchanged=True,
                settled=settled,
                in_doubt=doubtful,
                all_in_doubt=everyone,
                ahead=content.ahead,
                findings=finding_count(connection, source.key),
            )
        read = stage(connection, source.extract(), progress)
        check(connection, source.key, now.date(), source.ledger_currency)
        refuse_erased(connection, source.key)
        settle(connection, source.key, now.date())
        attribute(connection, source.key)
        withhold_money(connection, source.key)
        doubt_sums(connection, source.key)
        if not accept_shrinkage:
            _refuse_shrinkage(connection, source.key)
        names = [table.name for table in FACT_TABLES]
        tables = {name: apply(connection, source.key, name, read[name], now) for name in names}
        waiting = refresh(connection, source.key, now)
        refresh_findings(connection, source.key, now)
        content.doubt(connection, source.key)
        refresh_doubts(connection, source.key, now)
        settled = _settled(connection, source.key, now, append)
        doubtful, everyone = in_doubt(connection, source.key)
        report = SyncReport(
            source.key,
            tables,
            waiting,
            settled=settled,
            in_doubt=doubtful,
            all_in_doubt=everyone,
            ahead=content.ahead,
            findings=finding_count(connection, source.key),
        )
        # what nobody knows the age of is read again until somebody does
        _note(connection, source, None if content.ahead else fingerprint, now, content, changed=report.wrote)
    return report


def _settled(connection: Connection, source: str, now: datetime, append: Append | None) -> int:
    return 0 if append is None else refresh_settlement(connection, source, now, append)


def _lock(connection: Connection, source: FinanceSource, now: datetime) -> str | None:
    """Wait for a sync of this source that is under way; returns the fingerprint of the last complete one."""
    facts_of(source.key).take(connection)
    for setting in ("datestyle = 'ISO'", "work_mem = '64MB'", "jit = off"):
        connection.execute(text(f"set local {setting}"))
    row = connection.execute(
        text("select fingerprint, synced_at from source where key = :key"), {"key": source.key}
    ).one_or_none()
    if row is None:
        return None
    if row.synced_at is not None and now < row.synced_at:
        raise InvalidInput(f"The last sync was at {row.synced_at:%Y-%m-%d %H:%M:%S%z}, after {now}.", field="now")
    return row.fingerprint if isinstance(row.fingerprint, str) else None


def _note(
    connection: Connection,
    source: FinanceSource,
    fingerprint: str | None,
    now: datetime,
    content: Content,
    *,
    changed: bool,
) -> None:
    """What is known of the source after a sync. Content that is of a moment to come leaves the age as it was."""
    connection.execute(
        text(
            "insert into source "
            "(key, title, ledger_currency, jurisdiction, fingerprint, synced_at, books_at, changed_at) "
            "values (:key, :title, :ledger, :jurisdiction, :fingerprint, :now, :books_at, :now) "
            "on conflict (key) do update set "
            "books_at = case when :ahead then least(source.books_at, excluded.books_at) else excluded.books_at end, "
            "title = excluded.title, ledger_currency = excluded.ledger_currency, jurisdiction = excluded.jurisdiction, "
            "fingerprint = excluded.fingerprint, synced_at = excluded.synced_at, "
            "changed_at = case when :changed then excluded.changed_at else source.changed_at end"
        ),
        {
            "key": source.key,
            "title": source.title,
            "ledger": source.ledger_currency,
            "jurisdiction": source.jurisdiction,
            "fingerprint": fingerprint,
            "now": now,
            "books_at": content.books_at,
            "ahead": bool(content.ahead),
            "changed": changed,
        },
    )


def _waiting(connection: Connection, source: str) -> int:
    return connection.scalar(text("select count(*) from quarantine where source = :source"), {"source": source}) or 0


def _refuse_shrinkage(connection: Connection, source: str) -> None:
    for table in VANISHING:
        gone, have = vanishing(connection, source, table)
        if gone >= _SUSPICIOUS and gone * 2 > have:
            raise AdapterError(
                f"{gone} of {have} facts in {table} are no longer in the source. That looks like an incomplete "
                "export, so nothing was imported. If it is right, sync again with --accept-shrinkage."
            )
