"""python -m tests.drills.simulation: many histories, one history again by its seed, or every planted bug."""

from __future__ import annotations

import sys
import time

import click

from tests.drills.simulation.drill import drill, figures_by_kind, find
from tests.drills.simulation.history import Ended
from tests.drills.simulation.planted import BUGS
from tests.drills.simulation.settling import live

SHOWN = 5
LAST_STEPS = 40


@click.command()
@click.option("--histories", default=2_000, show_default=True, help="How many histories to live.")
@click.option("--first", default=0, show_default=True, help="Seed of the first one.")
@click.option("--processes", default=1, show_default=True, help="Processes that share them.")
@click.option("--seed", type=int, help="Live one history again and print every step.")
@click.option("--planted", is_flag=True, help="Plant every known bug and show how soon each is found.")
@click.option("--most", default=3_000, show_default=True, help="Histories that a planted bug may take.")
def main(*, histories: int, first: int, processes: int, seed: int | None, planted: bool, most: int) -> None:
    """Deterministic simulation of execution. Exit code 1: an invariant was broken, or a planted bug was not found."""
    if seed is not None:
        sys.exit(_one(seed))
    sys.exit(_planted(first, most) if planted else _many(first, histories, processes))


def _one(seed: int) -> int:
    ended = live(seed)
    print("\n".join(ended.trace))
    _say(ended)
    return bool(ended.violations)


def _say(ended: Ended) -> None:
    for violation in ended.violations:
        print(f"seed {ended.seed}: {violation.invariant}: {violation.what}")


def _many(first: int, histories: int, processes: int) -> int:
    begun = time.perf_counter()
    done = drill(first, histories, processes=processes)
    minutes = (time.perf_counter() - begun) / 60
    for name, number in figures_by_kind(done.figures):
        print(f"{number:>12,}  {name}")
    print(f"{done.figures['wrongful suspensions']:>12,}  wrongful suspensions")
    print(
        f"{done.histories:>12,}  histories, {done.per_minute:,.0f} in a minute of one processor, "
        f"{done.histories / minutes:,.0f} in a minute of the clock"
    )
    for ended in done.broken[:SHOWN]:
        print("\n" + "\n".join(ended.trace[-LAST_STEPS:]))
        _say(ended)
    if done.broken:
        print(
            f"\n{len(done.broken)} histories broke an invariant. Again: "
            f"python -m tests.drills.simulation --seed {done.broken[0].seed}"
        )
    return bool(done.broken)


def _planted(first: int, most: int) -> int:
    missed = 0
    print(f"{'histories':>10} {'seed':>6}  {'invariant':<12} planted bug")
    for name in BUGS:
        found = find(name, first=first, most=most)
        if found.ended is None:
            missed += 1
            print(f"{most:>10,} {'':>6}  {'NOT FOUND':<12} {name}")
        else:
            print(f"{found.histories:>10,} {found.ended.seed:>6}  {found.ended.violations[0].invariant:<12} {name}")
    print(f"{len(BUGS) - missed} of {len(BUGS)} found")
    return bool(missed)


if __name__ == "__main__":
    main()
