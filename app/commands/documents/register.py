"""monitum documents list: issued documents and how they stand in the books."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Final

import click

from app.commands.output import DAY, as_json, print_json, print_table
from app.installation.system import System
from documents.catalogue import kinds
from documents.register.model import SORTS, STATES, DocumentSearch

#: Kinds that are issued under a number.
ISSUED: Final = sorted(name for name, kind in kinds().items() if kind.numbering)

_OPTIONS: Final = (
    click.option("--kind", type=click.Choice(ISSUED), help="Only this kind."),
    click.option("--source", help="Only this source."),
    click.option("--customer", help="Only this customer's key."),
    click.option("--number", help="Part of the number, in any case."),
    click.option("--currency", help="Only this currency."),
    click.option("--state", type=click.Choice(STATES), help="As the books have it; unbilled: they do not know it."),
    click.option(
        "--overdue/--not-overdue", default=None, help="Something is open and the due date has passed, or not."
    ),
    click.option("--from", "issued_from", type=DAY, help="Issued on this day or later."),
    click.option("--to", "issued_to", type=DAY, help="Issued on this day or earlier."),
    click.option("--due-from", type=DAY, help="Due on this day or later."),
    click.option("--due-to", type=DAY, help="Due on this day or earlier."),
    click.option("--sort", type=click.Choice(SORTS), default="issue_date", show_default=True, help="What to sort by."),
    click.option(
        "--descending/--ascending", default=True, show_default=True, help="Largest and newest first, or last."
    ),
)


def _search(command: Callable[..., None]) -> Callable[..., None]:
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


@click.command("list")
@_search
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="At most so many.")
@as_json
def list_(limit: int, json_output: bool, **search: Any) -> None:
    """Issued documents, newest first, with what is open of them and how late it is."""
    system = System.from_environment()
    found = system.issuance.register.page(DocumentSearch(**search), today=system.today(), limit=limit)
    show([document.as_json() for document in found], json_output=json_output)


def show(documents: Sequence[Mapping[str, Any]], *, json_output: bool) -> None:
    """Print documents as adapters.database.documents.register tells them."""
    if json_output:
        print_json(documents)
        return
    columns = (
        "id#",
        "kind",
        "number",
        "source",
        "customer",
        "issued",
        "due",
        "gross#",
        "open#",
        "state",
        "late#",
        "by",
    )
    print_table(columns, [_row(document) for document in documents])


def _row(document: Mapping[str, Any]) -> Sequence[object]:
    stands = document["settlement"] or {"open": None, "state": None, "days_overdue": 0, "mismatch": False}
    state = f"{stands['state']}, not as issued" if stands["mismatch"] else stands["state"]
    gross = document["gross"] and f"{document['gross']} {document['currency']}"
    return (
        document["id"],
        document["kind"],
        document["number"],
        document["source"],
        document["customer_key"],
        document["issue_date"],
        document["due_date"],
        gross,
        stands["open"],
        state,
        stands["days_overdue"] or None,
        document["issued_by"],
    )
