"""monitum archive hold: what may not be erased."""

from __future__ import annotations

import click

from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from app.usecases.archive.legal_hold import set_hold
from archive.erasure.legal_hold import LegalHold

_by = click.option("--by", required=True, help="Who does it; kept in the archive.")
_reason = click.option("--reason", required=True, help="Why; kept in the archive.")


@click.group("hold")
def hold() -> None:
    """Legal hold: nothing it names is erased. One person sets it, two people lift it."""


@hold.command("set")
@click.option("--customer", help="Key of a customer.")
@click.option("--source", help="The customer's source, where a key exists in several.")
@click.option("--document", type=click.IntRange(1), help="Id of an issued document.")
@click.option("--case", "case", help="Case of entries, such as action:17 or run:3.")
@_by
@_reason
@as_json
def set_(
    customer: str | None,
    source: str | None,
    document: int | None,
    case: str | None,
    by: str,
    reason: str,
    json_output: bool,
) -> None:
    """Forbid the erasure of a customer, of a document and its customer, or of every customer in a case."""
    system = System.from_environment()
    done = set_hold(
        system.records.legal_holds,
        system.books.directory,
        by=by,
        reason=reason,
        at=system.clock(),
        customer=customer,
        source=source,
        document=document,
        case=case,
    )
    _print([done], json_output=json_output)


@hold.command("lift")
@click.argument("hold_id", metavar="HOLD", type=click.IntRange(1))
@_by
@_reason
@as_json
def lift(hold_id: int, by: str, reason: str, json_output: bool) -> None:
    """Lift a hold for one's own part; it ends when a second person has lifted it too."""
    system = System.from_environment()
    _print([system.records.legal_holds.lift(hold_id, by=by, reason=reason, at=system.clock())], json_output=json_output)


@hold.command("list")
@as_json
def list_(json_output: bool) -> None:
    """Every hold there was, and who lifted it."""
    _print(list(System.from_environment().records.legal_holds.list()), json_output=json_output)


def _print(holds: list[LegalHold], *, json_output: bool) -> None:
    if json_output:
        print_json([one.as_json() for one in holds])
        return
    print_table(
        ("hold#", "of", "", "state", "set by", "at", "lifted by", "reason"),
        [
            (
                one.id,
                one.scope,
                one.reference,
                "stands" if one.stands else "lifted",
                one.set_by,
                f"{one.set_at:%Y-%m-%d %H:%M}",
                ", ".join(one.lifted_by),
                one.reason,
            )
            for one in holds
        ],
    )
