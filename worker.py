"""Celery's entry: `celery --app worker worker` and `celery --app worker beat`."""

# Celery ships no types, so its decorators are untyped.
from __future__ import annotations

from functools import cache

from adapters.queue.celery_app import make_celery
from adapters.queue.dispatch import drain
from bootstrap import System
from settings import Settings

_settings = Settings.from_environment()
app = make_celery(_settings.broker_url, _settings.home / "broker")


@cache
def _system() -> System:
    """One installation for each worker process, made after the fork."""
    return System(_settings)


@app.task(name="monitum.dispatch")  # type: ignore[untyped-decorator]
def dispatch_due() -> None:
    """Carry out what is due now."""
    system = _system()
    drain(system.office, system.moment)


@app.task(name="monitum.integrate")  # type: ignore[untyped-decorator]
def integrate() -> None:
    """Sequence and sign what the archive got."""
    _system().archive.integrate()
