"""monitum ksef: send issued invoices to KSeF, see what became of them and what is late, fetch confirmations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from adapters.ksef.offline import OfflineDeadline, offline_deadlines, read_outages, terms_of
from app.commands.output import as_json, print_json, print_table, write_files
from app.installation.system import System
from documents.register.sending import Sending, SendingState
from engine.errors import Conflict, InvalidInput, NotFound
from rules.parameters.loading import law

_PAUSE: Final = 1.0
_NOT_ACCEPTED: Final[tuple[SendingState, ...]] = ("waiting", "unknown", "sent", "rejected")
_ids = click.argument("ids", type=int, nargs=-1)
_source = click.option("--source", help="Only this source.")
_wait = click.option("--wait", type=click.IntRange(0, 3600), default=30, show_default=True,
                     help="Seconds to wait for KSeF's answers.")  # fmt: skip
_out = click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder for files.")


@click.group("ksef")
def command() -> None:
    """The national system of e-invoices. KSEF_URL names its API; keys/ksef/SOURCE.pem (certificate and key) or
    SOURCE.token in MONITUM_HOME signs in."""


@command.command("send")
@_ids
@_source
@_wait
@as_json
def send(ids: tuple[int, ...], source: str | None, wait: int, json_output: bool) -> None:
    """Send what waits (or the given document IDS), and wait for the answers.

    What may have arrived is looked up and never sent twice. Exit code 1 when anything was rejected or is not settled.
    """
    system = System.from_environment()
    sendings = system.submissions.sendings
    sendings.enrol(system.clock())
    chosen = [sendings.get(document) for document in ids]
    open_ = chosen or sendings.find(source=source, states=("waiting", "unknown", "sent"))
    sources = {one.source for one in open_ if source in {None, one.source}}
    for name in sorted(sources):
        mine = [one.document_id for one in chosen if one.source == name]
        system.submissions.send(name, at=system.clock(), ids=mine, looks=wait + 1, pause=_PAUSE)
    system.archive.integrate()
    after = sendings.find(ids=[one.document_id for one in open_ if one.source in sources]) if sources else []
    _show(_deadlines(system, after), json_output)
    if any(one.state != "accepted" for one in after):
        raise SystemExit(1)


@command.command("status")
@_source
@click.option("--all", "everything", is_flag=True, help="Accepted ones too.")
@as_json
def status(source: str | None, everything: bool, json_output: bool) -> None:
    """What is not accepted yet, until when it must be, and what is late. Exit code 1 when anything is late or rejected.

    The deadline follows from the day of issue, from announced outages (KSEF_OUTAGES) and from days off; JPK is what the
    document's row of JPK_V7 carries if it is filed now: the number, OFF, DI or BFK.
    """
    system = System.from_environment()
    system.submissions.sendings.enrol(system.clock())
    states = () if everything else _NOT_ACCEPTED
    found = _deadlines(system, system.submissions.sendings.find(source=source, states=states))
    _show(found, json_output)
    if any(one.late or one.sending.state == "rejected" for one in found):
        raise SystemExit(1)


@command.command("fetch-upo")
@_ids
@_wait
@_out
@as_json
def fetch_upo(ids: tuple[int, ...], wait: int, out: Path, json_output: bool) -> None:
    """Write the confirmations (UPO) of accepted documents IDS: from the archive, or else from KSeF."""
    system = System.from_environment()
    sendings = system.submissions.sendings
    if not ids:
        raise InvalidInput("Name documents by id; monitum ksef status --all lists them.", field="ids")
    found = [sendings.get(document) for document in ids]
    for source in sorted({one.source for one in found if one.upo_sha256 is None}):
        system.submissions.settle(source, at=system.clock(), looks=wait + 1, pause=_PAUSE)
    system.archive.integrate()
    files = {}
    for one in (sendings.get(document) for document in ids):
        if one.upo_sha256 is None:
            raise NotFound("confirmation of document", f"{one.number} ({one.state})")
        files[f"UPO-{one.ksef_number}.xml"] = system.archive.content(one.upo_sha256)
    write_files(out, files, json_output=json_output)


@command.command("page")
@click.argument("document", type=int)
@_out
@as_json
def page(document: int, out: Path, json_output: bool) -> None:
    """Write the page of an accepted document with its KSeF number. What was issued stays as it is."""
    system = System.from_environment()
    sending = system.submissions.sendings.get(document)
    if sending.ksef_number is None:
        raise Conflict(f"{sending.number} has no KSeF number: it is {sending.state}.")
    data = system.documents.page_with(document, sending.ksef_number)
    write_files(out, {f"{sending.ksef_number}.pdf": data}, json_output=json_output)


def _deadlines(system: System, sendings: Sequence[Sending]) -> Sequence[OfflineDeadline]:
    return offline_deadlines(sendings, read_outages(system.settings.ksef_outages), terms_of(law("pl")), system.today())


def _show(found: Sequence[OfflineDeadline], json_output: bool) -> None:
    if json_output:
        print_json([_plain(one) for one in found])
        return
    print_table(
        ("id#", "number", "source", "issued", "state", "send by", "tries#", "KSeF number", "JPK", "why"),
        [(one.sending.document_id, one.sending.number, one.sending.source, one.sending.issue_date, one.sending.state,
          _until(one), one.sending.attempts, one.sending.ksef_number, one.jpk, _why(one.sending)) for one in found],
    )  # fmt: skip


def _until(one: OfflineDeadline) -> str:
    if one.sending.state == "accepted":
        return ""
    return f"{one.deadline.last or one.deadline.mode}{' LATE' if one.late else ''}"


def _why(sending: Sending) -> str:
    parts = (str(sending.reason_code or ""), sending.field or "", sending.reason or "")
    return " ".join(part for part in parts if part)


def _plain(one: OfflineDeadline) -> dict[str, Any]:
    sending = one.sending
    names = ("number", "kind", "source", "issue_date", "state", "attempts", "ksef_number", "accepted_at", "upo_sha256",
             "reason", "reason_code", "field", "not_before")  # fmt: skip
    plain = {name: getattr(sending, name) for name in names}
    counted = {"mode": one.deadline.mode, "send_by": one.deadline.last, "late": one.late, "jpk": one.jpk}
    return {"id": sending.document_id, **plain, **counted}
