"""monitum ksef: send issued invoices to KSeF, see what became of them and what is late, fetch confirmations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from app.commands.output import as_json, print_json, print_table, write_files
from app.installation.system import System
from app.usecases.documents.ksef import (
    OfflineDeadline,
    confirmations,
    not_accepted,
    numbered_page,
    offline_deadlines,
    send_invoices,
)
from documents.register.sending import Sending
from rules.parameters.loading import law

_ids = click.argument("ids", type=int, nargs=-1)
_source = click.option("--source", help="Only this source.")
_wait = click.option(
    "--wait", type=click.IntRange(0, 3600), default=30, show_default=True, help="Seconds to wait for KSeF's answers."
)
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
    after = send_invoices(
        system.issuance.submissions, system.records.archive, at=system.clock(), ids=ids, source=source, wait=wait
    )
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
    sendings = not_accepted(system.issuance.submissions, at=system.clock(), source=source, accepted_too=everything)
    found = _deadlines(system, sendings)
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
    files = confirmations(system.issuance.submissions, system.records.archive, at=system.clock(), ids=ids, wait=wait)
    write_files(out, files, json_output=json_output)


@command.command("page")
@click.argument("document", type=int)
@_out
@as_json
def page(document: int, out: Path, json_output: bool) -> None:
    """Write the page of an accepted document with its KSeF number. What was issued stays as it is."""
    system = System.from_environment()
    files = numbered_page(system.issuance.submissions, system.issuance.documents, document)
    write_files(out, files, json_output=json_output)


def _deadlines(system: System, sendings: Sequence[Sending]) -> Sequence[OfflineDeadline]:
    return offline_deadlines(sendings, system.issuance.outages(), law("pl"), system.today())


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
