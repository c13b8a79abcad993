"""Issued invoices and KSeF: sending them, until when they must be there, confirmations, and pages with the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from app.usecases.entry_log import Integrator
from documents.register.sending import Sending, SendingState
from engine.errors import Conflict, InvalidInput, NotFound
from engine.law.law import Law
from engine.law.tax.jpk_marker import Marker, jpk_marker
from engine.law.tax.offline24 import Deadline, Outage, SendingTerms, deadline

#: Seconds between two looks for KSeF's answers.
PAUSE: Final = 1.0
_ON_THEIR_WAY: Final[tuple[SendingState, ...]] = ("waiting", "unknown", "sent")
_NOT_ACCEPTED: Final[tuple[SendingState, ...]] = (*_ON_THEIR_WAY, "rejected")


class Sendings(Protocol):
    """Invoices on their way, one record a document."""

    def enrol(self, at: datetime) -> int:
        """Take up every issued document with an electronic form that was not taken up yet; how many."""
        ...

    def find(
        self, *, source: str | None = None, states: Sequence[SendingState] = (), ids: Sequence[int] = ()
    ) -> Sequence[Sending]:
        """Documents of a source, of some states, or by id; in the order they were issued."""
        ...

    def get(self, document_id: int) -> Sending:
        """One document. Raises InvalidInput for one that does not go to KSeF."""
        ...


class Submissions(Protocol):
    """What speaks with KSeF. `pause` seconds lie between `looks` for answers."""

    @property
    def sendings(self) -> Sendings:
        """The records of what is on its way."""
        ...

    def send(
        self, source: str, *, at: datetime, ids: Sequence[int] = (), looks: int = 1, pause: float = 1.0
    ) -> Sequence[Sending]:
        """Settle what was sent before, then send what waits. Raises Conflict, AdapterError."""
        ...

    def settle(self, source: str, *, at: datetime, looks: int = 1, pause: float = 1.0) -> None:
        """Ask what became of what was sent, and fetch confirmations. Raises Conflict, AdapterError."""
        ...


class Archive(Integrator, Protocol):
    """Where outcomes and confirmations are kept."""

    def content(self, sha256: str) -> bytes:
        """The bytes kept under a hash. Raises NotFound, ArchiveBroken."""
        ...


class Pages(Protocol):
    """Pages of issued documents."""

    def page_with(self, document_id: int, ksef_number: str) -> bytes:
        """The PDF of an invoice with its KSeF number. Raises NotFound, Conflict."""
        ...


@dataclass(frozen=True, slots=True)
class OfflineDeadline:
    """A document, its deadline, and whether it was missed: not accepted, and the last day to send is over."""

    sending: Sending
    deadline: Deadline
    late: bool

    @property
    def jpk(self) -> Marker | None:
        """What its row of JPK_V7 carries as things are; None for a rejected document, which was not issued."""
        if self.sending.state == "rejected":
            return None
        return jpk_marker(self.deadline.mode, numbered=self.sending.ksef_number is not None)


def send_invoices(
    submissions: Submissions, integrator: Integrator, *, at: datetime, ids: Sequence[int], source: str | None, wait: int
) -> Sequence[Sending]:
    """Send what waits, of some ids or a source if given, and wait so many seconds for answers; how each stands then.

    What may have arrived is looked up and never sent twice. Raises InvalidInput for an id that does not go to KSeF,
    Conflict while another process sends, AdapterError when KSeF cannot be reached.
    """
    sendings = submissions.sendings
    sendings.enrol(at)
    chosen = [sendings.get(document) for document in ids]
    on_their_way = chosen or sendings.find(source=source, states=_ON_THEIR_WAY)
    sources = {one.source for one in on_their_way if source in {None, one.source}}
    for name in sorted(sources):
        mine = [one.document_id for one in chosen if one.source == name]
        submissions.send(name, at=at, ids=mine, looks=wait + 1, pause=PAUSE)
    integrator.integrate()
    return sendings.find(ids=[one.document_id for one in on_their_way if one.source in sources]) if sources else []


def not_accepted(
    submissions: Submissions, *, at: datetime, source: str | None = None, accepted_too: bool = False
) -> Sequence[Sending]:
    """Issued invoices that KSeF has not accepted yet, or all of them."""
    submissions.sendings.enrol(at)
    return submissions.sendings.find(source=source, states=() if accepted_too else _NOT_ACCEPTED)


def offline_deadlines(
    sendings: Sequence[Sending], outages: Sequence[Outage], law: Law, today: date
) -> Sequence[OfflineDeadline]:
    """Until when each must be in KSeF, by day of issue, announced outages and days off.

    Raises ParameterMissing and ParameterNotVerified.
    """
    terms = SendingTerms(
        law.parameter("ksef_offline_working_days", int), law.parameter("ksef_failure_working_days", int), law.days_off
    )
    found = []
    for sending in sendings:
        until = deadline(sending.issue_date, outages, terms)
        found.append(OfflineDeadline(sending, until, late=sending.state != "accepted" and until.passed(today)))
    return found


def confirmations(
    submissions: Submissions, archive: Archive, *, at: datetime, ids: Sequence[int], wait: int
) -> Mapping[str, bytes]:
    """The confirmations (UPO) of accepted documents by file name: from the archive, or else from KSeF.

    Raises InvalidInput without ids, NotFound for a document without confirmation, Conflict, AdapterError.
    """
    if not ids:
        raise InvalidInput("Name documents by id; monitum ksef status --all lists them.", field="ids")
    found = [submissions.sendings.get(document) for document in ids]
    for source in sorted({one.source for one in found if one.upo_sha256 is None}):
        submissions.settle(source, at=at, looks=wait + 1, pause=PAUSE)
    archive.integrate()
    files = {}
    for one in (submissions.sendings.get(document) for document in ids):
        if one.upo_sha256 is None:
            raise NotFound("confirmation of document", f"{one.number} ({one.state})")
        files[f"UPO-{one.ksef_number}.xml"] = archive.content(one.upo_sha256)
    return files


def numbered_page(submissions: Submissions, pages: Pages, document_id: int) -> Mapping[str, bytes]:
    """The page of an accepted document with its KSeF number, by file name; what was issued stays as it is.

    Raises InvalidInput for one that does not go to KSeF, Conflict for one without a number.
    """
    sending = submissions.sendings.get(document_id)
    if sending.ksef_number is None:
        raise Conflict(f"{sending.number} has no KSeF number: it is {sending.state}.")
    return {f"{sending.ksef_number}.pdf": pages.page_with(document_id, sending.ksef_number)}
