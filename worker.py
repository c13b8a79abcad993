"""Celery's entry: `celery --app worker worker` and `celery --app worker beat`. Messages are only nudges."""

# Celery ships no types, so its decorators are untyped.
from __future__ import annotations

import subprocess
import sys
import time
from functools import cache
from pathlib import Path

from adapters.celery.application import SCHEDULE_EVERY, make_celery
from adapters.outbox.dispatch import drain
from app.commands.execution.schedule import scheduler
from app.installation.settings import Settings
from app.installation.system import System

_settings = Settings.from_environment()
app = make_celery(_settings.broker_url, _settings.home / "broker")


@cache
def _system() -> System:
    """One installation for each worker process, made after the fork."""
    return System(_settings)


@app.task(name="monitum.dispatch")  # type: ignore[untyped-decorator]
def dispatch_due() -> None:
    """Carry out what is due now. A long queue may keep every process of the worker here, so the rest of the work is
    looked at between rounds too."""
    looked = time.monotonic()

    def between(_done: int, _total: int | None) -> None:
        nonlocal looked
        if time.monotonic() - looked > SCHEDULE_EVERY:
            looked = time.monotonic()
            keep_schedule()
            reconcile()

    drain(_system().worker.office, _system().moment, progress=between)


@app.task(name="monitum.integrate")  # type: ignore[untyped-decorator]
def integrate() -> None:
    """Sequence and sign what the archive got."""
    _system().archive.integrate()


@app.task(name="monitum.reconcile")  # type: ignore[untyped-decorator]
def reconcile() -> None:
    """Find out what became of messages in doubt."""
    if _system().worker.reconciliation.settle(_system().clock()):
        _system().archive.integrate()


@app.task(name="monitum.retention")  # type: ignore[untyped-decorator]
def retain() -> None:
    """Erase whom nothing keeps any more."""
    if _system().erasures.run(at=_system().clock(), today=_system().today()):
        _system().database.scrub(wanted=False)


@app.task(name="monitum.schedule")  # type: ignore[untyped-decorator]
def keep_schedule() -> None:
    """Start what the plans call for, in a process of its own: a run has children, which Celery's workers may not.

    Started twice it changes nothing: each occurrence is carried out under a lock.
    """
    if scheduler(_system()).due(_system().clock()):
        command = [sys.executable, "-m", "app", "schedule", "--run-due"]
        subprocess.Popen(command, cwd=Path(__file__).parent, stdout=subprocess.DEVNULL)
