"""Which issued documents go to KSeF, and how far each has come. One row a document; nothing here calls KSeF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, select, text, update
from sqlalchemy.dialects.postgresql import insert

from adapters.database.locks import sending_of
from adapters.database.tables import issued_document, ksef_sending
from documents.register.sending import Sending, SendingState
from engine.errors import Conflict, InvalidInput

_DOCUMENT: Final = issued_document.c
_ROW: Final = ksef_sending.c
_SHOWN: Final = (
    _ROW.document_id, _DOCUMENT.source, _DOCUMENT.kind, _DOCUMENT.number, _DOCUMENT.customer_key, _DOCUMENT.issue_date,
    _ROW.state, _ROW.xml_sha256, _ROW.attempts, _ROW.session, _ROW.reference, _ROW.ksef_number, _ROW.accepted_at,
    _ROW.upo_sha256, _ROW.reason, _ROW.reason_code, _ROW.field, _ROW.not_before,
    _DOCUMENT.inputs["ksef"]["mode"].astext.label("mode"),
    _DOCUMENT.inputs["corrected"]["number"].astext.label("corrected"),
    _DOCUMENT.inputs["corrected"]["ksef_number"].astext.label("corrected_ksef_number"),
)  # fmt: skip


class Sendings:
    """The rows of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enrol(self, at: dt.datetime) -> int:
        """Take up every issued document with an electronic form that was not taken up yet; how many."""
        fresh = select(_DOCUMENT.id, text("'waiting'"), _DOCUMENT.xml_sha256, text("0"), text(":at")).where(
            _DOCUMENT.xml_sha256.is_not(None),
            ~select(_ROW.document_id).where(_ROW.document_id == _DOCUMENT.id).exists(),
        )
        names = ["document_id", "state", "xml_sha256", "attempts", "changed_at"]
        statement = insert(ksef_sending).from_select(names, fresh).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            return connection.execute(statement, {"at": at}).rowcount

    def find(
        self, *, source: str | None = None, states: Sequence[SendingState] = (), ids: Sequence[int] = ()
    ) -> Sequence[Sending]:
        """Documents of a source, of some states, or by id; in the order they were issued."""
        query = self._query()
        if source is not None:
            query = query.where(_DOCUMENT.source == source)
        if states:
            query = query.where(_ROW.state.in_(states))
        if ids:
            query = query.where(_ROW.document_id.in_(ids))
        return self._found(query)

    def _query(self) -> Select[Any]:
        return select(*_SHOWN).join(issued_document, _ROW.document_id == _DOCUMENT.id).order_by(_ROW.document_id)

    def _found(self, query: Select[Any]) -> Sequence[Sending]:
        with self._engine.begin() as connection:
            return [Sending(**row) for row in connection.execute(query).mappings()]

    def unconfirmed(self, source: str) -> Sequence[Sending]:
        """Accepted documents of a source whose confirmation was not fetched yet."""
        accepted = _ROW.state == "accepted"
        return self._found(self._query().where(_DOCUMENT.source == source, accepted, _ROW.upo_sha256.is_(None)))

    def get(self, document_id: int) -> Sending:
        """One document. Raises InvalidInput for one that does not go to KSeF."""
        for sending in self.find(ids=[document_id]):
            return sending
        raise InvalidInput(f"Document {document_id} does not exist, or does not go to KSeF.", field="document")

    def hindrance(self, sending: Sending) -> str | None:
        """Why a correction of an invoice that was issued here cannot be sent yet, or as it is."""
        if sending.corrected is None:
            return None
        query = (
            select(_ROW.ksef_number)
            .join(issued_document, _ROW.document_id == _DOCUMENT.id)
            .where(_DOCUMENT.source == sending.source, _DOCUMENT.number == sending.corrected)
        )
        with self._engine.begin() as connection:
            original = connection.execute(query).one_or_none()
        if original is None:
            return None
        if original.ksef_number is None:
            return f"{sending.corrected} has no KSeF number yet."
        if original.ksef_number == sending.corrected_ksef_number:
            return None
        return f"{sending.corrected} has the KSeF number {original.ksef_number}; the correction does not state it."

    def change(self, connection: Connection, document_id: int, at: dt.datetime, **columns: Any) -> None:
        """Write columns of a row in the caller's transaction."""
        statement = update(ksef_sending).where(_ROW.document_id == document_id)
        connection.execute(statement.values(changed_at=at, **columns))

    def note(self, sending: Sending, at: dt.datetime, **columns: Any) -> None:
        """The same in a transaction of its own."""
        with self._engine.begin() as connection:
            self.change(connection, sending.document_id, at, **columns)

    @contextmanager
    def alone(self, source: str) -> Iterator[None]:
        """Keeps others from sending for the source meanwhile; the lock ends with the process. Raises Conflict."""
        with sending_of(source).tried(self._engine) as alone:
            if not alone:
                raise Conflict(f"Another process is sending the invoices of '{source}'. Wait until it is done.")
            yield
