"""Celery's entry: `celery --app worker worker` and `celery --app worker beat`. Messages are only nudges."""

# Celery ships no types, so its decorators are untyped.
from __future__ import annotations

import subprocess
import sys
from functools import cache, partial
from pathlib import Path

from adapters.celery import process_supervisor
from adapters.celery.application import make_celery
from app.installation.settings import Settings
from app.installation.system import System
from app.usecases.archive.erase import erase_due
from app.usecases.deliver import deliver
from app.usecases.deliver import reconcile as settle_doubts

_settings = Settings.from_environment()
app = make_celery(_settings.broker_url, _settings.home / "broker")


def keep_at_work() -> None:
    """Run the processes of a worker and its scheduler until this one is told to end (SIGTERM, SIGINT)."""
    process_supervisor.keep_at_work(process_supervisor.crew_of(app))


@cache
def _system() -> System:
    """One installation for each worker process, made after the fork."""
    return System(_settings)


@app.task(name="monitum.dispatch")  # type: ignore[untyped-decorator]
def dispatch_due() -> None:
    """Carry out what is due now. A long queue may keep every process of the worker's queue here."""
    deliver(_system().outbox, _system().moment)


@app.task(name="monitum.integrate")  # type: ignore[untyped-decorator]
def integrate() -> None:
    """Sequence and sign what the archive got."""
    _system().archive.integrate()


@app.task(name="monitum.retention")  # type: ignore[untyped-decorator]
def retain() -> None:
    """Do the erasures that wait and whose day has come."""
    system = _system()
    scrub = partial(system.database.scrub, wanted=False)
    erase_due(system.erasures, at=system.clock(), today=system.today(), scrub=scrub)


@app.task(name="monitum.reconcile")  # type: ignore[untyped-decorator]
def reconcile() -> None:
    """Find out what became of messages in doubt."""
    settle_doubts(_system().outbox.reconciliation, _system().archive, _system().clock())


@app.task(name="monitum.schedule")  # type: ignore[untyped-decorator]
def keep_schedule() -> None:
    """Start what the plans call for, in a process of its own: a run has children, which Celery's workers may not.

    Started twice it changes nothing: each occurrence is carried out under a lock.
    """
    if _system().runs.scheduler.due(_system().clock()):
        command = [sys.executable, "-m", "app", "schedule", "--run-due"]
        subprocess.Popen(command, cwd=Path(__file__).parent, stdout=subprocess.DEVNULL)
