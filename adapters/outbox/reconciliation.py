"""Finds out what became of messages whose sending has no known end, and settles them with the evidence.

delivered -> done; absent -> ready again, since it never left; refused -> held for a person. What no probe has seen
stays unknown. The evidence is kept in the archive, named by the entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, text

from adapters.companies.company import Company
from adapters.database.archive.store import Archive
from adapters.delivery.bcc_mailbox import BccMailbox
from adapters.delivery.evidence import DeliveryEvidence, DeliveryProbe, DeliveryStatus, InDoubt
from adapters.delivery.message import message_id
from adapters.delivery.mta_log import MtaLog
from archive.entries.entry import NewEntry

#: What becomes of an action, and the kind of the entry that says so.
_SETTLED: Final[Mapping[DeliveryStatus, tuple[str, str]]] = {
    "delivered": ("done", "action:done"),
    "absent": ("ready", "action:retried"),
    "refused": ("held", "action:held"),
}
_UNKNOWN = text("""
select id, key, source, customer_key, kind, channel, stage, message_hash, updated_at from action
where state = 'unknown' and source = :source and message_hash is not null order by id limit 1000
""")
_SETTLE = text("""
update action set state = :state, outcome = :outcome, done_on = :done_on, not_before = :now, updated_at = :now,
    attempts = attempts + :tried
where id = :id and state = 'unknown' and updated_at = :seen
""")


def probes(company: Company, zone: tzinfo) -> list[DeliveryProbe]:
    """The probes that company.yaml names; the mailbox goes first, since it has the message itself."""
    found: list[DeliveryProbe] = []
    if company.copies:
        found.append(BccMailbox(company.copies))
    if company.mta_log:
        found.append(MtaLog(company.mta_log, zone))
    return found


class Reconciliation:
    """The probes of all companies, asked about what is unknown. `mail_domain` ends message ids."""

    def __init__(
        self, engine: Engine, archive: Archive, companies: Mapping[str, Company], *, mail_domain: str, zone: tzinfo
    ) -> None:
        self._engine = engine
        self._archive = archive
        self._domain = mail_domain
        self._zone = zone
        self._probes = {source: probes(company, zone) for source, company in companies.items()}

    def settle(self, now: datetime) -> Counter[str]:
        """Ask about every message in doubt: how many became done, ready, held; 'unknown' counts the rest.

        Raises AdapterError when a probe cannot be asked.
        """
        reached: Counter[str] = Counter()
        for source, asked in self._probes.items():
            if asked and (rows := self._unknown(source)):
                findings = self._ask(asked, rows, now)
                for row in rows:
                    finding = findings.get(self._identity(row))
                    reached[self._write(row, finding, now) if finding else "unknown"] += 1
        return reached

    def _unknown(self, source: str) -> Sequence[Row[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(_UNKNOWN, {"source": source}).all()

    def _identity(self, row: Row[Any]) -> str:
        return message_id(row.key, self._domain)

    def _ask(
        self, asked: Sequence[DeliveryProbe], rows: Sequence[Row[Any]], now: datetime
    ) -> Mapping[str, DeliveryEvidence]:
        """The first probe that knows anything is believed."""
        open_ = {
            self._identity(row): InDoubt(self._identity(row), self._archive.content(row.message_hash), row.updated_at)
            for row in rows
        }
        found: dict[str, DeliveryEvidence] = {}
        for probe in asked:
            left = {identity: one for identity, one in open_.items() if identity not in found}
            found |= probe.look_for(left, now)
        return found

    def _write(self, row: Row[Any], finding: DeliveryEvidence, now: datetime) -> str:
        """Settle an action that is still unknown; the evidence goes to the archive in the same transaction."""
        state, kind = _SETTLED[finding.status]
        values = {
            "id": row.id,
            "seen": row.updated_at,
            "now": now,
            "state": state,
            "outcome": finding.summary,
            "tried": int(state == "ready"),
            "done_on": row.updated_at.astimezone(self._zone).date() if state == "done" else None,
        }
        with self._engine.begin() as connection:
            if connection.execute(_SETTLE, values).rowcount != 1:
                return "lost"
            self._record(connection, row, kind, finding, now)
        return state

    def _record(
        self, connection: Connection, row: Row[Any], kind: str, finding: DeliveryEvidence, now: datetime
    ) -> None:
        documents = {self._archive.store_content(connection, finding.evidence, "text/plain"): "text/plain"}
        entry = NewEntry(
            kind=kind,
            case=f"action:{row.id}",
            at=now,
            actor="monitum",
            role="reconciler",
            action=row.key,
            subject=f"{row.source}:{row.customer_key}",
            reason=finding.summary,
            documents=documents,
            public={"kind": row.kind, "stage": row.stage or "", "channel": row.channel},
        )
        self._archive.append(connection, [entry])
