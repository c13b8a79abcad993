"""monitum archive erase, readmit: erasing customers, as far as the law lets it."""

from __future__ import annotations

from functools import partial

import click

from app.commands.output import as_json, print_json
from app.installation.system import System
from app.usecases.archive.erase import erase_again, erase_customer
from archive.erasure.erasure import Erasure


@click.command("erase")
@click.option("--source", help="The customer's source, where a key exists in several.")
@click.option("--customer", help="Key of the customer.")
@click.option("--by", help="Who does it; kept in the archive.")
@click.option("--reason", help="Why, without the person's data: it stays in the archive.")
@click.option(
    "--scrub",
    "scrub_files",
    is_flag=True,
    help="Also take it out of the server's files; it locks tables. Always so with the embedded database.",
)
@click.option("--replay", is_flag=True, help="After a restore: erase again what the journal beside the keys says.")
@as_json
def erase(
    source: str | None,
    customer: str | None,
    by: str | None,
    reason: str | None,
    scrub_files: bool,
    replay: bool,
    json_output: bool,
) -> None:
    """Erase a customer: its key, its documents and mails, its names and addresses in every version of the facts.

    Entries and proofs stay and verify. What the law or a legal hold keeps is not erased (exit code 1): the request is
    written down and done by itself on its day, by 'monitum archive retention --run' or the worker.
    """
    system = System.from_environment()
    scrub = partial(system.database.scrub, wanted=scrub_files)
    if replay:
        again = erase_again(system.records.erasures, at=system.clock(), scrub=scrub)
        told = [one.as_json() for one in again]
        print_json(told) if json_output else click.echo(f"{len(again)} customers erased again.")
        return
    if customer is None or by is None or reason is None:
        raise click.UsageError("--customer, --by and --reason are needed, or --replay.")
    done = erase_customer(
        system.records.erasures,
        system.books.directory,
        customer,
        source,
        by=by,
        reason=reason,
        at=system.clock(),
        today=system.today(),
        scrub=scrub,
    )
    print_json(done.as_json()) if json_output else click.echo(_told(done))
    if not done.done:
        raise SystemExit(1)


@click.command("readmit")
@click.option("--source", required=True, help="The customer's source.")
@click.option("--customer", required=True, help="Key of the customer.")
@click.option("--by", required=True, help="Who does it; kept in the archive.")
@click.option("--reason", required=True, help="Why; kept in the archive.")
def readmit(source: str, customer: str, by: str, reason: str) -> None:
    """Take an erased customer in again at the next sync; what was erased stays erased."""
    system = System.from_environment()
    system.records.erasures.readmit(source, customer, by=by, reason=reason, at=system.clock())
    click.echo(f"{source}:{customer} is taken in again at the next sync.")


def _told(done: Erasure) -> str:
    if done.done:
        return f"Erased by entry {done.entry}, with {done.contents} documents and messages."
    why = [f"legal hold {hold}" for hold in done.holds]
    why += [
        f"{ground.what.name.lower()} "
        + (f"until {ground.until} ({ground.parameter})" if ground.until else "still open")
        for ground in done.grounds
    ]
    when = f"It is done by itself on {done.due_on}" if done.due_on else "It is done by itself when nothing keeps it"
    return f"Refused by entry {done.entry}: {'; '.join(why)}. {when}."
