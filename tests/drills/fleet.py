"""Workers of the product as a crowd of processes, and what befalls them."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

from tests.drills.site import Site


@dataclass(frozen=True, slots=True)
class Death:
    """A process that was killed, by the name it claims actions under; seconds since the epoch."""

    owner: str
    at: float


@dataclass
class Fleet:
    """So many `monitum worker`s. What ends is started again."""

    site: Site
    random: random.Random
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    stopped: list[tuple[psutil.Process, float, float]] = field(default_factory=list)
    zombies: int = 0
    groups: int = 0

    def start(self, count: int) -> None:
        """Start workers."""
        self.workers += [self._worker() for _ in range(count)]

    def _worker(self) -> subprocess.Popen[bytes]:
        return self.site.start("worker", log="worker")

    def mend(self) -> None:
        """Start again what has ended, and let go on what has been stopped for long enough."""
        for index, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self._bury(worker)
                self.workers[index] = self._worker()
        now = time.time()
        for sleeper in [one for one in self.stopped if one[2] <= now]:
            self.stopped.remove(sleeper)
            with suppress(psutil.NoSuchProcess):
                sleeper[0].resume()

    def _bury(self, worker: subprocess.Popen[bytes]) -> None:
        """Children of a killed worker live on as orphans; whoever restarts a service ends its whole group."""
        self._note(member.pid for member in _group(worker.pid))
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)

    def kill_one(self) -> None:
        """End any one process of any worker: the worker itself, or a run of the plans that it started."""
        members = [member for worker in self.workers for member in _group(worker.pid)]
        if members:
            victim = self.random.choice(members)
            self._note([victim.pid])
            with suppress(psutil.NoSuchProcess):
                victim.kill()

    def kill_group(self) -> None:
        """End all processes of a worker at once, as a machine that loses its power does."""
        self.groups += 1
        self._bury(self.random.choice(self.workers))

    def stop_one(self, seconds: float) -> None:
        """Let a process stand still for so long; it does not know how late it is when it goes on."""
        members = [member for worker in self.workers for member in _group(worker.pid)]
        if members:
            victim = self.random.choice(members)
            with suppress(psutil.NoSuchProcess):
                victim.suspend()
                self.zombies += 1
                self.stopped.append((victim, time.time(), time.time() + seconds))

    def gone(self, since: float) -> list[str]:
        """Who died, or fell asleep, before a moment."""
        asleep = [Death(_owner(process.pid), at) for process, at, _ in self.stopped]
        return [death.owner for death in self.deaths + asleep if death.at <= since]

    def _note(self, pids: Iterator[int] | list[int]) -> None:
        at = time.time()
        self.deaths += [Death(_owner(pid), at) for pid in pids]

    def end(self) -> None:
        """End all of them."""
        for worker in self.workers:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def _owner(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}"


def _group(leader: int) -> list[psutil.Process]:
    """Living processes of a process group, which its leader need not be any more."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@contextmanager
def fleet(site: Site, count: int, seed: int) -> Iterator[Fleet]:
    """So many workers, ended at the end. `seed`: of everything random that befalls them."""
    made = Fleet(site, random.Random(seed))  # noqa: S311  the same drill every time, no secret
    try:
        made.start(count)
        yield made
    finally:
        made.end()
