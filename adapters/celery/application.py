"""Celery carries wake-ups, never truth: losing or doubling a message changes nothing. No results, delays or retries."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from celery import Celery

from adapters.celery.folder_broker import SCHEME

#: What the carrying out of actions may fill for long.
QUEUE: Final = "monitum"
#: What must be looked at in time all the same: plans and messages in doubt. One process is enough.
TICK_QUEUE: Final = "monitum.tick"
#: Seconds between two wake-ups of each task; a message that nobody took by then is worthless and expires.
DISPATCH_EVERY: Final = 5.0
INTEGRATE_EVERY: Final = 2.0
SCHEDULE_EVERY: Final = 30.0
RECONCILE_EVERY: Final = 60.0
RETENTION_EVERY: Final = 3600.0


def make_celery(broker_url: str, folder: Path) -> Celery:
    """The Celery application. `filesystem://` keeps its messages under `folder`; other URLs name a real broker."""
    on_folder = broker_url.startswith("filesystem:")
    app = Celery("monitum", broker=f"{SCHEME}://" if on_folder else broker_url)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_default_queue=QUEUE,
        task_acks_late=False,
        # A process that carries out a queue answers nobody until it is done: it takes no message ahead, and a broker
        # must not take its silence for its end.
        worker_prefetch_multiplier=1,
        broker_heartbeat=0,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        timezone="Europe/Warsaw",
        beat_schedule={
            "dispatch": _every("monitum.dispatch", DISPATCH_EVERY),
            "integrate": _every("monitum.integrate", INTEGRATE_EVERY),
            "reconcile": _every("monitum.reconcile", RECONCILE_EVERY, TICK_QUEUE),
            "retention": _every("monitum.retention", RETENTION_EVERY),
            "schedule": _every("monitum.schedule", SCHEDULE_EVERY, TICK_QUEUE),
        },
    )
    if on_folder:
        app.conf.broker_transport_options = _folders(folder)
    return app


def _every(task: str, seconds: float, queue: str = QUEUE) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds, "queue": queue}}


def _folders(folder: Path) -> dict[str, Any]:
    """One folder in and out: the same machine sends and takes."""
    messages, control = folder / "messages", folder / "control"
    for path in (messages, control):
        path.mkdir(parents=True, exist_ok=True)
    return {"data_folder_in": str(messages), "data_folder_out": str(messages), "control_folder": str(control),
            "store_processed": False}  # fmt: skip
