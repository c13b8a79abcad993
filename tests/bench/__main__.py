"""Figures of this installation: python -m tests.bench. Nothing is asserted; docs/benchmarks.md says what they mean."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tests.bench import execution, load, parts, runs, verifier
from tests.bench.installation import installation
from tests.bench.measuring import Figure, Report, number, surroundings
from tests.bench.portfolio import Shape

SIZES = (10_000, 100_000, 1_000_000)
PARTS = ("run", "api", "letters", "archive", "execution", "evaluators", "backtest")


@click.command()
@click.option("--size", "sizes", type=click.IntRange(10), multiple=True, help="Open items; may be repeated.")
@click.option(
    "--due",
    type=click.IntRange(0, 100),
    multiple=True,
    default=(25,),
    show_default=True,
    help="Per cent of customers with something due; 100 is the worst case. May be repeated.",
)
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Only these parts; may be repeated.")
@click.option("--seed", default=1, show_default=True, help="Of everything invented.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures there too.")
def main(sizes: tuple[int, ...], due: tuple[int, ...], only: tuple[str, ...], seed: int, file: Path | None) -> None:
    """Measure Monitum and print a table; progress goes to standard error."""
    report = Report()
    wanted = only or PARTS
    for items in sizes or SIZES:
        for share in due:
            if "run" in wanted:
                with installation(Shape(items, share, seed)) as system:
                    runs.measure(system, report, Shape(items, share, seed))
    largest = max(sizes or SIZES)
    if "api" in wanted:
        shape = Shape(min(largest, 100_000), due[0], seed)
        with installation(shape) as system:
            load.measure(system, report, customers=shape.customers)
    if "letters" in wanted:
        parts.letters(report, seconds=5.0)
    if "archive" in wanted:
        with installation() as system:
            parts.archive(system, report, entries=min(largest, 100_000))
        verifier.measure(report, entries=largest)
    if "execution" in wanted:
        with installation() as system:
            execution.measure(system, report, actions=min(largest, 5_000))
    if "backtest" in wanted:
        with installation() as system:
            parts.backtest(system, report)
    if "evaluators" in wanted:
        parts.evaluators(report, snapshots=largest, seed=seed)
    show(report, file)


def show(report: Report, file: Path | None) -> None:
    """Print the figures, and write them to a file as JSON when one is named."""
    where = surroundings()
    for name, value in where.items():
        click.echo(f"{name}: {value}")
    group = ""
    for figure in report.figures:
        if figure.group != group:
            group = figure.group
            click.echo(f"\n{group}")
        click.echo(_line(figure))
    if file is not None:
        data = {"surroundings": where, "figures": [figure.plain() for figure in report.figures]}
        file.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _line(figure: Figure) -> str:
    ratio = "" if figure.ratio is None else f"{number(figure.ratio)} x floor"
    return f"  {figure.what:42} {number(figure.value):>12} {figure.unit:15} {ratio:14} {figure.remark}".rstrip()


if __name__ == "__main__":
    main()
