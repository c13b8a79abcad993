"""Recording what KSeF said of an invoice: row, archive entry and confirmation in one transaction."""

from __future__ import annotations

import datetime as dt
import re
from hashlib import sha256
from typing import Any, Final

from lxml import etree
from sqlalchemy import Connection, Engine

from adapters.database.archive.store import Archive
from adapters.database.transaction import within
from adapters.ksef.confirmation import check_number, confirmed_at
from adapters.ksef.port import Answer, Ksef
from adapters.ksef.sendings import Sendings
from archive.entries.entry import NewEntry
from documents.register.sending import Sending

_ACTOR: Final = "monitum"
_QUOTED: Final = re.compile(r"['\"„]([^'\"”]+)['\"”]")
_SAFE: Final = {"resolve_entities": False, "no_network": True, "load_dtd": False}


class Outcomes:
    """Writes the outcomes of one database."""

    def __init__(self, engine: Engine, archive: Archive, sendings: Sendings) -> None:
        self._engine = engine
        self._archive = archive
        self._sendings = sendings

    def leaving(self, sending: Sending, session: str, at: dt.datetime) -> None:
        """It is about to be sent: from here on only KSeF knows whether it has it."""
        self._write(
            "submitted",
            sending,
            at,
            {"session": session, "attempt": sending.attempts + 1},
            state="unknown",
            session=session,
            reference=None,
            attempts=sending.attempts + 1,
            reason=None,
            reason_code=None,
            field=None,
            not_before=None,
        )

    def answered(self, ksef: Ksef, sending: Sending, answer: Answer, at: dt.datetime) -> None:
        """Record an answer. Raises AdapterError for a number that is none, and what `ksef` raises."""
        if answer.outcome == "pending":
            self._sendings.note(
                sending, at, state="sent", reference=answer.reference, reason=answer.reason, reason_code=answer.code
            )
        elif answer.outcome == "interrupted":
            self._sendings.note(
                sending,
                at,
                state="waiting",
                session=None,
                reference=None,
                reason=answer.reason,
                reason_code=answer.code,
            )
        elif answer.outcome == "accepted" and answer.ksef_number:
            self._accept(sending, answer.ksef_number, at, reference=answer.reference, accepted_at=answer.accepted_at)
        elif answer.original and sha256(ksef.invoice(answer.original)).hexdigest() == sending.xml_sha256:
            # An earlier sending of the same bytes arrived after all.
            self._accept(
                sending, answer.original, at, session=answer.original_session or sending.session, reference=None
            )
        else:
            self._reject(sending, answer, at)

    def _accept(self, sending: Sending, ksef_number: str, at: dt.datetime, **columns: Any) -> None:
        check_number(ksef_number, self._archive.content(sending.xml_sha256))
        self._write(
            "accepted",
            sending,
            at,
            {"ksef_number": ksef_number},
            state="accepted",
            ksef_number=ksef_number,
            reason=None,
            reason_code=None,
            **columns,
        )

    def _reject(self, sending: Sending, answer: Answer, at: dt.datetime) -> None:
        reason = answer.reason or ""
        if answer.original:
            reason = f"{reason}; {answer.original}"
        field = _element(reason, self._archive.content(sending.xml_sha256))
        self._write(
            "rejected",
            sending,
            at,
            {"reason": reason, "code": answer.code},
            state="rejected",
            reference=answer.reference,
            reason=reason,
            reason_code=answer.code,
            field=field,
        )

    def confirm(self, ksef: Ksef, sending: Sending, at: dt.datetime) -> None:
        """Fetch and keep the confirmation of an accepted invoice. Raises AdapterError for one of another invoice."""
        if sending.ksef_number is None or sending.session is None:
            return
        if sending.reference is None:
            upo = ksef.upo_by_number(sending.session, sending.ksef_number)
        else:
            upo = ksef.upo(sending.session, sending.reference)
        when = confirmed_at(upo, sending.ksef_number, sending.xml_sha256)
        with self._engine.begin() as connection:
            kept = self._archive.store_content(connection, upo, "application/xml")
            self._write(
                "confirmed",
                sending,
                at,
                {"ksef_number": sending.ksef_number},
                {kept: "application/xml"},
                connection,
                upo_sha256=kept,
                accepted_at=sending.accepted_at or when,
                reason=None,
            )

    def _write(
        self,
        what: str,
        sending: Sending,
        at: dt.datetime,
        said: dict[str, Any],
        documents: dict[str, str] | None = None,
        connection: Connection | None = None,
        **columns: Any,
    ) -> None:
        entry = NewEntry(
            kind=f"document:{what}",
            case=f"document:{sending.document_id}",
            at=at,
            actor=_ACTOR,
            role="system",
            subject=f"{sending.source}:{sending.customer_key}",
            public={"xml_sha256": sending.xml_sha256},
            personal=said,
            documents=documents or {},
        )
        with within(self._engine, connection) as unit:
            self._archive.append(unit, [entry])
            self._sendings.change(unit, sending.document_id, at, **columns)


def _element(reason: str, xml: bytes) -> str | None:
    """The first element of the invoice that a reason names in quotes: 'P_15'."""
    names = {etree.QName(one).localname for one in etree.fromstring(xml, etree.XMLParser(**_SAFE)).iter()}
    quoted = (re.split(r"[:}]", text)[-1] for text in _QUOTED.findall(reason))
    return next((name for name in quoted if name in names), None)
