"""Issuing documents: number, rendered bytes, archive entry and row, in one transaction; and finding them again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from psycopg.errors import UniqueViolation
from sqlalchemy import Connection, Engine, RowMapping, select

from adapters.database.archive.contents import Erased
from adapters.database.archive.store import Archive
from adapters.database.bulk import copy_rows, take_ids
from adapters.database.documents.numbers import take_ordinal
from adapters.database.documents.own_wordings import keep_wording, kept_wording
from adapters.database.tables import issued_document
from adapters.database.transaction import within
from archive.entries.entry import NewEntry
from documents.catalogue import DocumentKind, kind_of
from documents.layout.rendering import Rendered, recipe, render, rendered
from documents.model import CheckedModel, refused
from documents.register.issued import IssuedDocument, Reproduction
from documents.register.numbering import MAIN_SERIES, format_number
from documents.text.wording import WordingText
from engine.errors import Conflict, InvalidInput, NotFound
from engine.money import Money

_MEDIA: Final = {"pdf": "application/pdf", "json": "application/json", "xml": "application/xml", "csv": "text/csv"}
_AMOUNTS: Final = ("net", "vat", "gross", "payable")
_CHARGED: Final = ("currency", *(f"{name}_minor" for name in _AMOUNTS), "due_date")
_COLUMNS = issued_document.c
_SHOWN = [column for column in _COLUMNS if column.name not in {"inputs", "recipe", "entry_id", "year", "ordinal"}]


class IssuedDocuments:
    """The documents issued out of one database."""

    def __init__(self, engine: Engine, archive: Archive) -> None:
        self._engine = engine
        self._archive = archive

    def issue(
        self,
        kind: str,
        source: str,
        customer: str,
        model: Mapping[str, object],
        *,
        language: str,
        at: dt.datetime,
        today: dt.date,
        actor: str,
        series: str = MAIN_SERIES,
        numbering: str | None = None,
        own: WordingText | None = None,
        connection: Connection | None = None,
    ) -> IssuedDocument:
        """Issue a document to a customer, in the caller's transaction if there is one.

        `model`: what the kind's schema takes, without `number`. `numbering`: the format of the series' numbers, the
        kind's own if not given. `today`: the business day of `at`. `own`: the company's own wording; the archive
        keeps it. Raises NotFound for an unknown kind; InvalidInput naming the field; Conflict when another series has
        the number; no number is taken then.
        """
        document = kind_of(kind)
        form = numbering or document.numbering
        if form is None:
            raise InvalidInput(f"'{kind}' is not issued under a number.", field="kind")
        inputs = _inputs(document, model, customer, at)
        trial = format_number(form, 1, today.year, today.month)
        checked = CheckedModel(document.model, {**inputs, "number": trial})
        day = checked.as_of
        if day > today:
            raise refused("issue_date" if "issue_date" in checked else "as_of", f"{day} lies in the future")
        # a savepoint: what cannot be rendered gives its number back, also when the caller's transaction goes on
        with within(self._engine, connection) as unit, unit.begin_nested():
            ordinal = take_ordinal(unit, source=source, kind=kind, series=series, year=day.year)
            inputs["number"] = format_number(form, ordinal, day.year, day.month)
            finished = rendered(document, language, checked.numbered(inputs["number"]), own)
            row = {
                "source": source,
                "kind": kind,
                "series": series,
                "year": day.year,
                "ordinal": ordinal,
                "number": inputs["number"],
                "customer_key": customer,
                "language": language,
                **_amounts(checked),
                "inputs": inputs,
                "recipe": recipe(kind, language, own),
                "issued_at": at,
                "issued_by": actor,
            }
            return self._keep(unit, document, row, finished, own)

    def _keep(
        self,
        connection: Connection,
        kind: DocumentKind,
        row: dict[str, Any],
        rendered: Rendered,
        own: WordingText | None,
    ) -> IssuedDocument:
        parts = _contents(rendered)
        hashes = {name: self._archive.store_content(connection, data, _MEDIA[name]) for name, data in parts.items()}
        [row["id"]] = take_ids(connection, issued_document, 1)
        entry = NewEntry(
            kind="document:issued",
            case=f"document:{row['id']}",
            at=row["issued_at"],
            actor=row["issued_by"],
            role="issuer",
            subject=f"{row['source']}:{row['customer_key']}",
            public={name: row[name] for name in ("kind", "series", "year", "ordinal", "language", "recipe")},
            personal={
                "number": row["number"],
                "title": dict(kind.title),
                "issue_date": str(row["issue_date"]),
                "currency": row["currency"],
                "gross_minor": row["gross_minor"],
            },
            documents={
                **{sha: _MEDIA[name] for name, sha in hashes.items()},
                **keep_wording(connection, self._archive, own),
            },
        )
        [row["entry_id"]] = self._archive.append(connection, [entry])
        row |= {f"{name}_sha256": hashes.get(name) for name in _MEDIA}
        try:
            copy_rows(connection, issued_document, [row])
        except UniqueViolation as error:
            raise Conflict(
                f"The number '{row['number']}' was issued already; give the series '{row['series']}' its own format."
            ) from error
        return IssuedDocument(**{name: row[name] for name in IssuedDocument.__slots__})

    def find(
        self,
        *,
        kind: str | None = None,
        source: str | None = None,
        customer: str | None = None,
        first: dt.date | None = None,
        last: dt.date | None = None,
        limit: int = 1000,
    ) -> Sequence[IssuedDocument]:
        """Documents of a kind, source, customer and time of issue (both days included), newest first."""
        wanted = {"kind": kind, "source": source, "customer_key": customer}
        query = select(*_SHOWN).where(*(_COLUMNS[name] == value for name, value in wanted.items() if value is not None))
        if first is not None:
            query = query.where(_COLUMNS.issue_date >= first)
        if last is not None:
            query = query.where(_COLUMNS.issue_date <= last)
        query = query.order_by(_COLUMNS.issue_date.desc(), _COLUMNS.id.desc()).limit(limit)
        with self._engine.begin() as connection:
            return [_shown(row) for row in connection.execute(query).mappings()]

    def get(self, document_id: int) -> IssuedDocument:
        """One document. Raises NotFound."""
        return _shown(self._row(document_id))

    def content(self, document_id: int, part: str) -> bytes:
        """The bytes of 'pdf', 'json', 'xml' or 'csv' as they were issued. Raises NotFound, ArchiveBroken."""
        sha = self._row(document_id).get(f"{part}_sha256")
        if sha is None:
            raise NotFound(f"{part} of document", str(document_id))
        return self._archive.content(sha)

    def reproduce(self, document_id: int) -> Reproduction:
        """Render a document again from what it was rendered from, and compare. Raises NotFound, and InvalidInput when
        today's code refuses its inputs."""
        row = self._whole(document_id)
        own = kept_wording(self._archive, self._archive.entry(row["entry_id"]).documents, row["language"])
        parts = _contents(render(row["kind"], row["language"], row["inputs"], own))
        hashes = {name: sha256(data).hexdigest() for name, data in parts.items()}
        differing = tuple(name for name in _MEDIA if hashes.get(name) != row[f"{name}_sha256"])
        return Reproduction(_shown(row), differing, row["recipe"] == recipe(row["kind"], row["language"], own))

    def model(self, document_id: int) -> CheckedModel:
        """The checked model a document was rendered from. Raises NotFound, and InvalidInput when today's code refuses
        its inputs."""
        row = self._whole(document_id)
        return CheckedModel(kind_of(row["kind"]).model, row["inputs"])

    def page_with(self, document_id: int, ksef_number: str) -> bytes:
        """The PDF of an invoice with the KSeF number it was given after it was issued; what was issued stays as it is.

        Raises NotFound, and Conflict when today's code writes another electronic form, so that CODE I would not find
        the invoice.
        """
        row = self._whole(document_id)
        own = kept_wording(self._archive, self._archive.entry(row["entry_id"]).documents, row["language"])
        inputs = {**row["inputs"], "ksef": {**(row["inputs"].get("ksef") or {}), "number": ksef_number}}
        rendered = render(row["kind"], row["language"], inputs, own)
        if rendered.letter_pdf is None or sha256(rendered.xml or b"").hexdigest() != row["xml_sha256"]:
            raise Conflict(f"{row['number']} is written otherwise today than when it was issued; use what was issued.")
        return rendered.letter_pdf

    def _whole(self, document_id: int) -> RowMapping:
        """A row with what it was rendered from. Raises NotFound, Erased."""
        row = self._row(document_id)
        if "erased" in row["inputs"]:
            raise Erased("issued document", row["number"], row["inputs"]["erased"])
        return row

    def _row(self, document_id: int) -> RowMapping:
        with self._engine.begin() as connection:
            row = connection.execute(select(issued_document).where(_COLUMNS.id == document_id)).mappings().one_or_none()
        if row is None:
            raise NotFound("issued document", str(document_id))
        return row


def _inputs(kind: DocumentKind, model: Mapping[str, object], customer: str, at: dt.datetime) -> dict[str, Any]:
    """The model as it is stored: JSON, with the moment of issue where the kind has it. Raises InvalidInput for what
    issuing gives itself."""
    given: dict[str, Any] = json.loads(json.dumps(model, default=_written))
    for name in ("number", "issued_at"):
        if name in given:
            raise refused(name, "is given when the document is issued")
    buyer = given.get("buyer")
    if isinstance(buyer, dict) and buyer.setdefault("key", customer) != customer:
        raise refused("buyer.key", f"is not the customer '{customer}'")
    if "issued_at" in kind.model().fields:
        given["issued_at"] = f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return given


def _written(value: object) -> str:
    """Days in ISO 8601, amounts with their digits, never with an exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _amounts(model: CheckedModel) -> dict[str, Any]:
    charge = model.charge()
    if charge is None:
        return {**dict.fromkeys(_CHARGED), "issue_date": model.as_of}
    minor = {f"{name}_minor": Money.of(getattr(charge, name), charge.currency).minor for name in _AMOUNTS}
    return {**minor, "currency": charge.currency, "issue_date": model.as_of, "due_date": charge.due_date}


def _contents(rendered: Rendered) -> dict[str, bytes]:
    """The parts a document has, by name."""
    parts = {"pdf": rendered.letter_pdf, "json": rendered.facts, "xml": rendered.xml, "csv": rendered.csv}
    return {name: data for name, data in parts.items() if data is not None}


def _shown(row: RowMapping) -> IssuedDocument:
    return IssuedDocument(**{name: row[name] for name in IssuedDocument.__slots__})
