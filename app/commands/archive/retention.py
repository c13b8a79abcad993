"""monitum archive retention: erasures that wait for their day."""

from __future__ import annotations

import click

from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from archive.erasure.erasure import Erasure
from engine.errors import InvalidInput


@click.command("retention")
@click.option("--due", is_flag=True, help="Only what is due today.")
@click.option("--run", "run_due", is_flag=True, help="Do what is due, as the worker does every hour.")
@click.option(
    "--dormant",
    is_flag=True,
    help="Instead of requests: customers of whom nothing has to be kept any more and who have no service.",
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
    if dormant and not run_due:
        found = [{"source": source, "customer": key} for source, key in system.erasures.dormant(system.today())]
        if json_output:
            print_json(found)
        else:
            print_table(("source", "customer"), [tuple(one.values()) for one in found])
        return
    if run_due:
        done = _erased_dormant(system) if dormant else system.erasures.run(at=system.clock(), today=system.today())
        if done:
            system.database.scrub(wanted=False)
        if json_output:
            print_json([one.as_json() for one in done])
        else:
            click.echo(f"{len(done)} people erased.")
        return
    today = system.today()
    rows = [row for row in system.erasures.list()
            if not due or (row["done_at"] is None and row["due_on"] and row["due_on"] <= today)]  # fmt: skip
    if json_output:
        print_json([dict(row) for row in rows])
        return
    print_table(
        ("source", "customer", "asked by", "on", "due on", "erased on", "entry#", "taken in again on", "reason"),
        [
            (row["source"], row["customer"], row["requested_by"], row["requested_at"].date(), row["due_on"],
             row["done_at"] and row["done_at"].date(), row["entry_id"],
             row["readmitted_at"] and row["readmitted_at"].date(), row["reason"])
            for row in rows
        ],
    )  # fmt: skip


def _erased_dormant(system: System) -> list[Erasure]:
    """Everybody dormant, erased; whom a hold keeps, refused."""
    reason = "nothing has to be kept any more"
    asked = [
        system.erasures.erase(source, key, by="monitum", reason=reason, at=system.clock(), today=system.today())
        for source, key in system.erasures.dormant(system.today())
    ]
    return [one for one in asked if one.done]
