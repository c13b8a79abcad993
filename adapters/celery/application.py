"""Celery carries wake-ups, never truth: losing or doubling a message changes nothing. No results, delays or retries."""

from __future__ import annotations

from typing import Any, Final

from celery import Celery

#: What the carrying out of actions may fill for long.
QUEUE: Final = "monitum"
#: What must be looked at in time all the same: plans and messages in doubt. One process is enough.
TICK_QUEUE: Final = "monitum.tick"
#: Seconds between two wake-ups of each task; a message that no process took by then is worthless and expires.
DISPATCH_EVERY: Final = 5.0
INTEGRATE_EVERY: Final = 2.0
SCHEDULE_EVERY: Final = 30.0
RECONCILE_EVERY: Final = 60.0
RETENTION_EVERY: Final = 3600.0


def make_celery(broker_url: str | None) -> Celery:
    """The Celery application. Without a broker its tasks can be polled (adapters.celery.polling), not sent."""
    app = Celery("monitum", broker=broker_url)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_default_queue=QUEUE,
        task_acks_late=False,
        # A process that carries out a queue answers nothing until it is done: it takes no message ahead, and a broker
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
    return app


def _every(task: str, seconds: float, queue: str = QUEUE) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds, "queue": queue}}
