"""Sending issued invoices to KSeF, one process a company at a time, and never the same invoice twice.

Before an invoice leaves, its row says 'unknown' and names the session. Whatever happens then - no answer, a killed
process - the next call closes that session, so that nothing can arrive in it any more, and looks the invoice up in it
by the hash of its bytes. Only an invoice that is not there waits again.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Final, TypeAlias

from sqlalchemy import Engine

from adapters.database.archive.store import Archive
from adapters.ksef.outcomes import Outcomes
from adapters.ksef.port import Ksef, KsefBusy
from adapters.ksef.sendings import Sendings
from documents.register.sending import Sending, SendingState
from engine.errors import AdapterError, EffectUnknown

#: KSeF in the name of a source's company, at a moment.
Door: TypeAlias = Callable[[str, dt.datetime], AbstractContextManager[Ksef]]
_OPEN: Final[tuple[SendingState, ...]] = ("unknown", "sent")


class Submissions:
    """Invoices of one database on their way to KSeF."""

    def __init__(self, engine: Engine, archive: Archive, door: Door) -> None:
        self.sendings = Sendings(engine)
        self._archive = archive
        self._outcomes = Outcomes(engine, archive, self.sendings)
        self._door = door

    def send(
        self, source: str, *, at: dt.datetime, ids: Sequence[int] = (), looks: int = 1, pause: float = 1.0
    ) -> Sequence[Sending]:
        """Settle what was sent before, then send what waits (of `ids`, if given); how everything taken up stands then.

        `looks`: how often to ask for answers, `pause` seconds apart. Raises Conflict while another process sends,
        AdapterError when KSeF cannot be reached before anything was sent.
        """
        with self.sendings.alone(source):
            self.sendings.enrol(at)
            before = self.sendings.find(source=source, states=("waiting", *_OPEN), ids=ids)
            with self._door(source, at) as ksef:
                self._settle(ksef, source, at)
                self._post(ksef, self.sendings.find(source=source, states=("waiting",), ids=ids), at)
                self._look(ksef, source, at, looks, pause)
        return self.sendings.find(ids=[one.document_id for one in before]) if before else []

    def settle(self, source: str, *, at: dt.datetime, looks: int = 1, pause: float = 1.0) -> None:
        """Ask what became of what was sent, and fetch confirmations; nothing is sent. Raises as `send`."""
        with self.sendings.alone(source), self._door(source, at) as ksef:
            self._look(ksef, source, at, looks, pause)

    def _look(self, ksef: Ksef, source: str, at: dt.datetime, looks: int, pause: float) -> None:
        for look in range(looks):
            if look:
                time.sleep(pause)
            if not self._settle(ksef, source, at):
                return

    def _settle(self, ksef: Ksef, source: str, at: dt.datetime) -> bool:
        """Whether anything is still open."""
        for sending in self.sendings.find(source=source, states=_OPEN):
            try:
                self._settle_one(ksef, sending, at)
            except AdapterError as error:
                self.sendings.note(sending, at, reason=str(error))
                if isinstance(error, KsefBusy):
                    return False
        for sending in self.sendings.unconfirmed(source):
            self._confirm(ksef, sending, at)
        return bool(self.sendings.find(source=source, states=_OPEN) or self.sendings.unconfirmed(source))

    def _settle_one(self, ksef: Ksef, sending: Sending, at: dt.datetime) -> None:
        session = sending.session or ""
        if sending.reference is not None:
            self._outcomes.answered(ksef, sending, ksef.answer(session, sending.reference), at)
            return
        ksef.close(session)
        found = ksef.find(session, sending.xml_sha256)
        if found is None:
            self.sendings.note(sending, at, state="waiting", session=None, reason="It did not arrive; it waits again.")
        else:
            self._outcomes.answered(ksef, sending, found, at)

    def _confirm(self, ksef: Ksef, sending: Sending, at: dt.datetime) -> None:
        try:
            self._outcomes.confirm(ksef, sending, at)
        except AdapterError as error:
            self.sendings.note(sending, at, reason=str(error))

    def _post(self, ksef: Ksef, waiting: Sequence[Sending], at: dt.datetime) -> None:
        session: str | None = None
        try:
            for sending in waiting:
                if sending.not_before and sending.not_before > at:
                    continue
                if hindrance := self.sendings.hindrance(sending):
                    self.sendings.note(sending, at, reason=hindrance)
                    continue
                session = session or ksef.open()
                if not self._post_one(ksef, session, sending, at):
                    return
        finally:
            if session is not None:
                with suppress(AdapterError):  # KSeF closes it itself, or the next call does
                    ksef.close(session)

    def _post_one(self, ksef: Ksef, session: str, sending: Sending, at: dt.datetime) -> bool:
        """Whether it makes sense to go on with the next."""
        xml = self._archive.content(sending.xml_sha256)
        self._outcomes.leaving(sending, session, at)
        try:
            reference = ksef.submit(session, xml, offline=sending.offline)
        except EffectUnknown as error:
            self.sendings.note(sending, at, reason=str(error))
            return False
        except AdapterError as error:
            later = at + dt.timedelta(seconds=error.seconds) if isinstance(error, KsefBusy) else None
            self.sendings.note(sending, at, state="waiting", session=None, reason=str(error), not_before=later)
            return error.permanent
        self.sendings.note(sending, at, state="sent", reference=reference)
        return True
