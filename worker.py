"""Celery's entry: `celery --app worker worker` and `celery --app worker beat`. Messages are only nudges."""

# Celery ships no types, so its decorators are untyped.
from __future__ import annotations

import subprocess
import sys
import threading
from functools import cache, partial
from pathlib import Path

from adapters.celery.application import make_celery
from adapters.celery.polling import poll, until_signalled
from app.installation.settings import Settings
from app.installation.system import System
from app.usecases.archive.erase import erase_due
from app.usecases.deliver import deliver
from app.usecases.deliver import reconcile as settle_doubts

_settings = Settings.from_environment()
_once = threading.Lock()
app = make_celery(_settings.broker_url)


def keep_at_work() -> None:
    """Look at what is due, without a broker, until this process is told to end (SIGTERM, SIGINT)."""
    with until_signalled() as ended:
        poll(app, ended)


@cache
def _made() -> System:
    return System(_settings)


def _system() -> System:
    """One installation for each worker process, made after the fork; its database is reached by one thread alone."""
    with _once:
        system = _made()
        _ = system.database.engine
    return system


@app.task(name="monitum.dispatch")  # type: ignore[untyped-decorator]
def dispatch_due() -> None:
    """Carry out what is due now. A long queue may keep every process of the worker's queue here."""
    deliver(_system().outbox, _system().moment)


@app.task(name="monitum.integrate")  # type: ignore[untyped-decorator]
def integrate() -> None:
    """Sequence and sign what the archive got."""
    _system().records.archive.integrate()


@app.task(name="monitum.retention")  # type: ignore[untyped-decorator]
def retain() -> None:
    """Do the erasures that wait and whose day has come."""
    system = _system()
    scrub = partial(system.database.scrub, wanted=False)
    erase_due(system.records.erasures, at=system.clock(), today=system.today(), scrub=scrub)


@app.task(name="monitum.reconcile")  # type: ignore[untyped-decorator]
def reconcile() -> None:
    """Find out what became of messages in doubt."""
    settle_doubts(_system().outbox.reconciliation, _system().records.archive, _system().clock())


@app.task(name="monitum.schedule")  # type: ignore[untyped-decorator]
def keep_schedule() -> None:
    """Start what the plans call for, in a process of its own: a run has children, which Celery's workers may not.

    Started twice it changes nothing: each occurrence is carried out under a lock.
    """
    if _system().runs.scheduler.due(_system().clock()):
        command = [sys.executable, "-m", "app", "schedule", "--run-due"]
        subprocess.Popen(command, cwd=Path(__file__).parent, stdout=subprocess.DEVNULL)
