"""What commands print: tables for people, JSON for tools, progress on standard error at a terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from app.usecases.sync import failures
from engine.errors import InvalidInput, MonitumError

if TYPE_CHECKING:
    from rich.console import Console

_F = TypeVar("_F", bound=Callable[..., Any])
#: Seconds of silence before a progress bar appears.
_PATIENCE: Final = 2.0
#: Columns of a table that is written to a file or a pipe.
_WIDTH: Final = 160

as_json: Final[Callable[[_F], _F]] = click.option("--json", "json_output", is_flag=True, help="Print JSON for tools.")


class _Day(click.ParamType[date]):
    """A day written as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a day; write it as 2026-11-24.", param, ctx)


DAY: Final = _Day()


def as_of_option(help_text: str = "Business day; today if not given.") -> Callable[[_F], _F]:
    """The --as-of option."""
    return click.option("--as-of", type=DAY, default=None, help=help_text)


def console() -> Console:
    """Where tables go: standard output, without colour when it is not a terminal or NO_COLOR is set."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)


def print_json(data: object) -> None:
    """Plain JSON; dates as ISO, decimals as strings."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def print_failures(failed: Mapping[str, MonitumError]) -> None:
    """What stopped some of several sources, on standard error."""
    for line in failures(failed):
        click.echo(f"monitum: {line}", err=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table; columns whose name ends in '#' hold numbers and are aligned right."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column.rstrip("#"), justify="right" if column.endswith("#") else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(table)


def write_files(out: Path, files: Mapping[str, bytes], *, json_output: bool) -> None:
    """Write files by name into a folder, and say which. Raises InvalidInput (field 'out') where it cannot."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise InvalidInput(f"{out}: {error.strerror}.", field="out") from error
    if json_output:
        print_json([str(out / name) for name in files])
    else:
        print_table(("file", "bytes#"), [(out / name, len(data)) for name, data in files.items()])


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """A callable (done, total) that shows a bar on standard error once the work takes longer than two seconds."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(label, total=None)
    started = time.monotonic()

    def show(done: int, total: int | None) -> None:
        if not bar.live.is_started and time.monotonic() - started > _PATIENCE:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        bar.stop()
