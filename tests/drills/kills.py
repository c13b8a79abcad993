"""Workers are killed at random moments, PostgreSQL with them: nothing is lost, nothing happens twice.

`python -m tests.drills.kills --kills 1000 --actions 10000`
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Final

import click

from tests.drills.evidence import judge, takeovers
from tests.drills.fleet import Fleet, fleet
from tests.drills.report import Report, quantile, say, spread
from tests.drills.site import Site, site
from tests.drills.workload import RULESET, fill

#: A claim lasts 30 seconds and workers look every 5.
TAKEOVER: Final = 45.0
#: A webhook under way is left alone for 2 minutes before another worker sends it again.
_TAKEOVER_OF_SENDING: Final = 135.0
#: Longer than a claim lasts, and longer than an effect may: both sorts of sleepers wake up too late.
_NAPS: Final = (35.0, 125.0)
_LEFT: Final = "select count(*) from action where state in ('ready', 'claimed', 'sending')"
_EXPIRE: Final = """
update action set lease_until = now() - interval '1 second'
where owner = any(:owners) and state in ('claimed', 'sending') and lease_until > now()
"""
_HELD: Final = "select id from action where state = 'held'"
Blow = Callable[[Site, Fleet], None]


@dataclass(frozen=True, slots=True)
class Storm:
    """How hard it blows. `crashes`: of PostgreSQL; `naps`: processes stopped for longer than their lease.

    `quicken`: seconds after which the leases of the dead and of sleepers end, by a change in the database, so that a
    short drill need not wait for them; None waits. `patience`: seconds until a drill that does not end is given up.
    """

    kills: int
    crashes: int
    naps: int
    quicken: float | None = None
    patience: float = 3000.0

    def blows(self, random: Random) -> list[Blow]:
        """All of them in random order; every tenth kill takes a whole worker with its children."""
        groups = self.kills // 10
        nap = (self.quicken + 1,) if self.quicken is not None else _NAPS
        made: list[Blow] = [lambda _, crowd: crowd.kill_one()] * (self.kills - groups)
        made += [lambda _, crowd: crowd.kill_group()] * groups
        made += [lambda here, _: here.cluster.restart()] * self.crashes
        made += [partial(_nap, nap[number % len(nap)]) for number in range(self.naps)]
        random.shuffle(made)
        return made


def _nap(seconds: float, _here: Site, crowd: Fleet) -> None:
    crowd.stop_one(seconds)


def drill(storm: Storm, *, actions: int, workers: int = 4, latency: float = 0.05, seed: int = 1) -> Report:
    """Let workers carry out `actions` in a storm, and hold what the outside world saw against the books."""
    report = Report(f"Kills: {storm.kills} over {actions:,} actions, {workers} workers, seed {seed}")
    with site(RULESET, latency=latency) as here:
        due = fill(here, actions)
        say(f"{due} actions are due")
        began = time.monotonic()
        with fleet(here, workers, seed) as crowd:
            blown = _carry_out(here, crowd, due, storm)
            retried = _retry_held(here)
            _carry_out(here, crowd, due, replace(storm, kills=0, crashes=0, naps=0))
        report.figure("seconds", time.monotonic() - began)
        report.figure("kills of one process or a whole worker, crashes, naps", blown)
        report.figure("whole workers killed; processes that died", f"{crowd.groups}; {len(crowd.deaths)}")
        report.figure("given up after 8 deaths and retried by a person", retried)
        _takeovers(here, report, crowd)
        judge(here, report)
    return report


def _carry_out(here: Site, crowd: Fleet, due: int, storm: Storm) -> int:
    """Until nothing is due: blows in step with progress, whatever the machine's speed. Returns how many there were."""
    blows = storm.blows(crowd.random)
    given = 0
    give_up = time.monotonic() + storm.patience
    shown = time.monotonic()
    while left := int(here.rows(_LEFT)[0][0]):
        if time.monotonic() > give_up:
            raise TimeoutError(f"{left} actions are still due after {storm.patience:.0f} s: {here.counts()}")
        if given < len(blows) and given * due <= (due - left) * len(blows) * 1.05:
            blows[given](here, crowd)
            given += 1
        time.sleep(crowd.random.uniform(0, 0.2))
        crowd.mend()
        if storm.quicken is not None:
            owners = crowd.gone(time.time() - storm.quicken)
            here.do(_EXPIRE, owners=owners)
        if time.monotonic() - shown > 20:
            shown = time.monotonic()
            say(f"{given} of {len(blows)} blows, {here.counts()}")
    return given


def _retry_held(here: Site) -> int:
    """A person looks at what killed so many workers and says: again."""
    ids = [str(row.id) for row in here.rows(_HELD)]
    if ids:
        here.monitum("outbox", "retry", *ids, "--reason", "the drill killed the workers, not the action")
    return len(ids)


def _takeovers(here: Site, report: Report, crowd: Fleet) -> None:
    taken = takeovers(here, crowd.deaths)
    for state, most in (("claimed", TAKEOVER), ("sending", _TAKEOVER_OF_SENDING)):
        seconds = [row.seconds for row in taken if row.state == state and row.seconds is not None]
        p99 = quantile(seconds, 0.99)
        report.figure(f"taken over while {state}: rows, median, p99, longest seconds", spread(seconds))
        report.demand(f"what a dead worker was {state} is taken over within {most:.0f} s (p99)", p99 <= most)


@click.command()
@click.option("--actions", default=10_000, show_default=True, type=click.IntRange(10))
@click.option("--kills", default=1_000, show_default=True, type=click.IntRange(0))
@click.option("--crashes", default=10, show_default=True, type=click.IntRange(0), help="Of PostgreSQL.")
@click.option(
    "--naps", default=6, show_default=True, type=click.IntRange(0), help="Processes stopped past their lease."
)
@click.option("--workers", default=4, show_default=True, type=click.IntRange(1))
@click.option("--quicken", type=float, help="Seconds after which leases of the dead end; by default they run out.")
@click.option("--seed", default=1, show_default=True)
def main(actions: int, kills: int, crashes: int, naps: int, workers: int, quicken: float | None, seed: int) -> None:
    """Kill workers while they work, print what came of it, and end with 1 when something was lost or doubled."""
    drill(Storm(kills, crashes, naps, quicken), actions=actions, workers=workers, seed=seed).end()


if __name__ == "__main__":
    main()
