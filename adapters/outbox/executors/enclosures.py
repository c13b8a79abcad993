"""The PDFs of invoices that go with a reminder: ours as they were issued, others from the folder of the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from adapters.companies.attachments import AttachmentLimits
from adapters.companies.company import Company
from adapters.companies.pdf_files import PdfRefused, Problem, read_pdf
from adapters.database.archive.store import Archive
from adapters.database.documents.ledger_match import same_document
from adapters.delivery.message import Attachment
from documents.layout.rendering import file_name
from engine.errors import NotFound
from engine.execution.action import ClaimedAction

_PDF: Final = "application/pdf"
#: Invoices of the items, with what we issued under their number.
_INVOICES: Final = text(f"""
select distinct on (d.key) d.key, d.number, d.issue_date, d.pdf,
       (select o.pdf_sha256 from issued_document o where {same_document("o", "d")} order by o.id desc limit 1) as own
from open_item i
join document d on d.source = i.source and d.key = i.document_key and d.recorded_to is null
where i.source = :source and i.recorded_to is null and i.key = any(:items)
order by d.key
""")
#: Why an invoice is not attached, for the staff.
_WHY: Final[Mapping[Problem | str, str]] = {
    "unnamed": "the books name no file",
    "outside": "its path leads out of the source's folder or over a link",
    "missing": "its file is missing",
    "unreadable": "its file cannot be read",
    "no_file": "its path is no file",
    "too_large": "its file is too large",
    "not_pdf": "its file is no PDF",
    "no_room": "the message would be too large",
    "erased": "what we issued was erased",
}


class _Invoice(NamedTuple):
    number: str
    pdf: str | None
    own: str | None


@dataclass(frozen=True, slots=True)
class Enclosures:
    """What goes with a message. `numbers`: of the invoices attached; `missing`: of the others, with the reason;
    `contents`: hash and media type of each, all of them in the archive."""

    attachments: Sequence[Attachment] = ()
    numbers: Sequence[str] = ()
    missing: Sequence[tuple[str, str]] = ()
    contents: Mapping[str, str] = field(default_factory=dict)

    def said(self) -> Iterator[str]:
        """What was attached and what was not, for the outcome of the action."""
        if self.numbers:
            yield f"attached: {', '.join(self.numbers)}"
        if self.missing:
            yield f"not attached: {', '.join(f'{number} ({why})' for number, why in self.missing)}"


def enclosures(
    connection: Connection, archive: Archive, company: Company, action: ClaimedAction, items: Sequence[str]
) -> Enclosures:
    """The invoices of the items, where the rule or else the company attaches them, oldest first.

    Bytes are kept in the archive in the caller's transaction. Raises ArchiveBroken.
    """
    if "invoices" not in action.params.get("attach", company.attach):
        return Enclosures()
    limits, room = company.attachments, company.attachments.together
    attached: dict[str, bytes] = {}
    missing: list[tuple[str, str]] = []
    for invoice in _invoices(connection, action.source, items):
        found = _bytes(archive, company, invoice, limits)
        if isinstance(found, bytes) and (len(found) > room or len(attached) == limits.most):
            found = "no_room"
        if isinstance(found, bytes):
            attached[invoice.number] = found
            room -= len(found)
        else:
            missing.append((invoice.number, _WHY[found]))
    for data in attached.values():
        archive.store_content(connection, data, _PDF)
    return Enclosures(
        [Attachment(name, _PDF, data) for name, data in zip(_names(attached), attached.values(), strict=True)],
        list(attached),
        missing,
        {sha256(data).hexdigest(): _PDF for data in attached.values()},
    )


def _invoices(connection: Connection, source: str, items: Sequence[str]) -> Sequence[_Invoice]:
    rows = connection.execute(_INVOICES, {"source": source, "items": list(items)}).all()
    ordered = sorted(rows, key=lambda row: (row.issue_date, row.number, row.key))
    return [_Invoice(row.number.strip(), row.pdf, row.own) for row in ordered]


def _bytes(archive: Archive, company: Company, invoice: _Invoice, limits: AttachmentLimits) -> bytes | str:
    """The PDF, or why there is none."""
    if invoice.own is not None:
        try:
            data = archive.content(invoice.own)
        except NotFound:
            return "erased"
        return data if len(data) <= limits.largest else "too_large"
    if not invoice.pdf or company.folder is None:
        return "unnamed"
    try:
        return read_pdf(company.folder, invoice.pdf, limits.largest)
    except PdfRefused as refusal:
        return refusal.problem


def _names(numbers: Iterable[str]) -> Iterator[str]:
    """A file name for each number; two that would be spelled the same are counted."""
    seen: dict[str, int] = {}
    for number in numbers:
        stem = file_name(number) or "faktura"
        seen[stem] = seen.get(stem, 0) + 1
        yield f"{stem}.pdf" if seen[stem] == 1 else f"{stem}-{seen[stem]}.pdf"
