"""Wake-ups are lost and doubled on the way: whichever broker carries them, actions are not.

`python -m tests.drills.brokers --actions 400`: Redis or Valkey, and RabbitMQ, each where its server is found on this
machine; one that is absent is named. Celery's processes are those of the Procfile.
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import click
from celery import Celery
from kombu.connection import Connection
from kombu.messaging import Producer

from adapters.celery.application import QUEUE, make_celery
from tests.drills.evidence import judge
from tests.drills.report import Report, say
from tests.drills.site import ROOT, Site, site
from tests.drills.workload import RULESET, fill

_LEFT: Final = "select count(*) from action where state in ('ready', 'claimed', 'sending')"
_PATIENCE: Final = 300.0
_START: Final = 60.0


class Absent(Exception):
    """A broker's server is not on this machine."""


@contextmanager
def redis() -> Iterator[str]:
    """A Valkey or Redis server in memory. Raises Absent."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise Absent("neither valkey-server nor redis-server is installed")
    port = _free_port()
    with _running([program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]):
        _wait(f"redis://127.0.0.1:{port}/0")
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def rabbitmq() -> Iterator[str]:
    """A RabbitMQ node of its own name and folder. Raises Absent."""
    program = next(Path("/usr/lib/rabbitmq").glob("lib/*/sbin/rabbitmq-server"), None)
    if program is None:
        raise Absent("rabbitmq-server is not installed")
    port, home = _free_port(), Path(tempfile.mkdtemp(prefix="monitum-drill-rabbit-"))
    environment = {
        "HOME": str(home),
        "RABBITMQ_NODENAME": f"drill{os.getpid()}@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_MNESIA_BASE": str(home),
        "RABBITMQ_LOG_BASE": str(home),
        "RABBITMQ_DIST_PORT": str(_free_port()),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(_free_port()),
    }
    try:
        # A node starts Erlang's register of ports where there is none, and leaves it behind: so there is one.
        with _running(["epmd"], environment), _running([str(program)], environment):
            _wait(f"amqp://guest:guest@127.0.0.1:{port}//")
            yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        shutil.rmtree(home, ignore_errors=True)


BROKERS: Final = (redis, rabbitmq)


@contextmanager
def _running(
    command: list[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        cwd=folder,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait(url: str) -> None:
    give_up = time.monotonic() + _START
    while True:
        try:
            with Connection(url, connect_timeout=2) as connection:
                connection.connect()
                return
        except Exception as error:
            if time.monotonic() > give_up:
                raise Absent(f"it did not answer within {_START:.0f} s: {error}") from error
            time.sleep(0.2)


def drill(broker: Callable[[], Any], *, actions: int, workers: int = 2, seed: int = 1) -> Report:
    """Carry out `actions` while messages vanish, come twice and come in crowds. Raises Absent."""
    dice = random.Random(seed)  # noqa: S311  the same drill every time, no secret
    with broker() as url, site(RULESET, latency=0.02) as here:
        report = Report(f"Broker: {broker.__name__}, {actions} actions, {workers} workers, seed {seed}")
        here.environment["BROKER_URL"] = url
        due = fill(here, actions)
        app = make_celery(url)
        meddled: Counter[str] = Counter()
        began = time.monotonic()
        with _procfile(here, workers):
            while left := here.rows(_LEFT)[0][0]:
                if time.monotonic() - began > _PATIENCE:
                    raise TimeoutError(f"{left} of {due} actions are still due: {here.counts()}")
                meddled[meddle(app, dice)] += 1
                time.sleep(dice.uniform(0, 0.2))
        report.figure("seconds", time.monotonic() - began)
        report.figure("messages", ", ".join(f"{count} {what}" for what, count in sorted(meddled.items())))
        report.demand("messages were lost and doubled", meddled["lost or purged"] > 0 and meddled["doubled"] > 0)
        judge(here, report)
    return report


@contextmanager
def _procfile(here: Site, workers: int) -> Iterator[None]:
    """Celery's processes, as the Procfile has them: workers and a scheduler."""
    celery = [sys.executable, "-m", "celery", "--app", "worker"]
    words = ["worker", "--loglevel", "INFO", "--queues", QUEUE, "--concurrency", "2", "--max-tasks-per-child", "500"]
    with ExitStack() as running:
        for number in range(workers):
            named = ["--hostname", f"worker{number}@%h"]
            running.enter_context(_running([*celery, *words, *named], here.environment, ROOT))
        schedule = str(here.folder / "beat-schedule")
        running.enter_context(_running([*celery, "beat", "--schedule", schedule], here.environment, ROOT))
        yield


def meddle(app: Celery, dice: random.Random) -> str:
    """One piece of mischief, sometimes none: take a message away, put it back twice, empty the queue, send a crowd."""
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        app.amqp.queues[QUEUE](channel).declare()
        what = dice.choice(("lose", "double", "purge", "crowd", "nothing"))
        if what == "crowd":
            for _ in range(5):
                app.send_task("monitum.dispatch", connection=connection)
            return "sent in excess x 5"
        if what == "purge":
            return "lost or purged" if channel.queue_purge(QUEUE) else "not there"
        message = channel.basic_get(QUEUE, no_ack=True) if what in {"lose", "double"} else None
        if message is None:
            return "not there"
        for _ in range(2 if what == "double" else 0):
            Producer(channel).publish(
                message.body,
                exchange="",
                routing_key=QUEUE,
                content_type=message.content_type,
                content_encoding=message.content_encoding,
                headers=message.headers,
                retry=False,
                correlation_id=message.properties.get("correlation_id"),
                reply_to=message.properties.get("reply_to"),
            )
        return "doubled" if what == "double" else "lost or purged"


@click.command()
@click.option("--actions", default=400, show_default=True, type=click.IntRange(10))
@click.option("--only", type=click.Choice([broker.__name__ for broker in BROKERS]), help="Only this one.")
@click.option("--seed", default=1, show_default=True)
def main(actions: int, only: str | None, seed: int) -> None:
    """Drill every broker that is here; ends with 1 when one of them lost or doubled an action."""
    broken = []
    for broker in BROKERS:
        if only in {None, broker.__name__}:
            try:
                report = drill(broker, actions=actions, seed=seed)
            except Absent as reason:
                say(f"{broker.__name__} is left out: {reason}")
                continue
            click.echo(str(report))
            broken += report.broken
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
