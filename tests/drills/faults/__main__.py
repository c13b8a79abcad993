"""python -m tests.drills.faults: every kind of fault in books of many seeds, and what came of it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.conftest import server_with_template
from tests.databases import fresh_database
from tests.drills.faults.judge import Court, Trial
from tests.drills.faults.kinds import KINDS

SHOWN = 10


@click.command()
@click.option("--books", default=5, show_default=True, help="How many books each kind of fault is done to.")
@click.option("--first", default=0, show_default=True, help="Seed of the first ones.")
@click.option("--kind", help="Only the kinds whose name holds this.")
def main(*, books: int, first: int, kind: str | None) -> None:
    """Exit code 1: something was done that the true books did not allow, or nobody saw a fault."""
    kinds = [name for name in KINDS if kind is None or kind in name]
    with TemporaryDirectory() as folder, server_with_template() as template, fresh_database(template) as url:
        court = Court(Path(folder), url)
        trials = [trial for name in kinds for seed in range(first, first + books) for trial in court.trials(name, seed)]
        court.close()
    sys.exit(_say(trials))


def _say(trials: list[Trial]) -> bool:
    width = max(len(trial.kind) for trial in trials)
    total, wrong, unseen = (Counter[str]() for _ in range(3))
    for trial in trials:
        total[trial.kind] += 1
        wrong[trial.kind] += bool(trial.wrong)
        unseen[trial.kind] += not trial.seen
    click.echo(f"{'fault':<{width}}  books  wrongful  unseen")
    for name, number in total.items():
        click.echo(f"{name:<{width}}  {number:>5}  {wrong[name]:>8}  {unseen[name]:>6}")
    click.echo(f"{'all':<{width}}  {total.total():>5}  {wrong.total():>8}  {unseen.total():>6}")
    for trial in [trial for trial in trials if trial.wrong or not trial.seen][:SHOWN]:
        where = "a known source" if trial.known else "a new source"
        click.echo(f"{trial.kind}, books {trial.seed}, {where}: {trial.wrong or 'nobody saw it'} {trial.seen[:2]}")
    return bool(wrong.total() or unseen.total())


if __name__ == "__main__":
    main()
