"""monitum archive retention: erasures that wait for their day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

import click

from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from app.usecases.archive.erase import erase_dormant, erase_due, erasure_requests
from archive.erasure.erasure import ErasureRequest
from engine.errors import InvalidInput


@click.command("retention")
@click.option("--due", is_flag=True, help="Only what is due today.")
@click.option("--run", "run_due", is_flag=True, help="Do what is due, as the worker does every hour.")
@click.option(
    "--dormant",
    is_flag=True,
    help="Instead of requests: customers of which nothing has to be kept any more and which have no service.",
)
@as_json
def retention(due: bool, run_due: bool, dormant: bool, json_output: bool) -> None:
    """List requests to erase and erasures, or do what is due.

    A request that the law or a hold refused waits here with the day on which it is done; no day: something is still
    open, or a hold stands.
    """
    if due and run_due:
        raise InvalidInput("--run does what is due; leave out --due.", field="due")
    system = System.from_environment()
    if run_due:
        _run(system, dormant=dormant, json_output=json_output)
    elif dormant:
        _list_dormant(system, json_output=json_output)
    else:
        _list(
            erasure_requests(system.records.erasures, due_on=system.today() if due else None), json_output=json_output
        )


def _run(system: System, *, dormant: bool, json_output: bool) -> None:
    erase = erase_dormant if dormant else erase_due
    scrub = partial(system.database.scrub, wanted=False)
    done = erase(system.records.erasures, at=system.clock(), today=system.today(), scrub=scrub)
    print_json([one.as_json() for one in done]) if json_output else click.echo(f"{len(done)} customers erased.")


def _list_dormant(system: System, *, json_output: bool) -> None:
    found = [{"source": source, "customer": key} for source, key in system.records.erasures.dormant(system.today())]
    print_json(found) if json_output else print_table(("source", "customer"), [tuple(one.values()) for one in found])


def _list(requests: Sequence[ErasureRequest], *, json_output: bool) -> None:
    if json_output:
        print_json([asdict(one) for one in requests])
        return
    print_table(
        ("source", "customer", "asked by", "on", "due on", "erased on", "entry#", "taken in again on", "reason"),
        [
            (
                one.source,
                one.customer,
                one.requested_by,
                one.requested_at.date(),
                one.due_on,
                one.done_at and one.done_at.date(),
                one.entry_id,
                one.readmitted_at and one.readmitted_at.date(),
                one.reason,
            )
            for one in requests
        ],
    )
