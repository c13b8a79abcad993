"""The evaluation API under load: real gunicorn workers, HTTP on loopback, requests that do not wait for answers."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.installation.system import System
from app.usecases.sync import sync_source
from tests.bench.measuring import Report, quantile, say
from tests.bench.portfolio import DAY, SOURCE, key

WORKERS: Final = 2
PER_SECOND: Final = 200
_ROOT: Final = Path(__file__).parents[2]
_PATIENCE: Final = 30.0


def measure(system: System, report: Report, *, customers: int, seconds: float = 10.0) -> None:
    """Latency from the moment a request is due, so that a queue counts. Raises RuntimeError for a wrong answer."""
    sync_source(system.books.mirror, system.records.archive, SOURCE, now=system.clock())
    secret, _ = system.web.api_keys.create("bench", ("evaluate",), actor="bench", now=system.clock())
    with _server(system) as port:
        for name, extra in (("decide", {}), ("explain", {"explain": True})):
            say(f"API, {name}: {PER_SECOND} requests/s for {seconds:.0f} s")
            bodies = [
                json.dumps({"source": SOURCE, "customer": key(number), "as_of": DAY.isoformat(), **extra}).encode()
                for number in range(min(customers, 500))
            ]
            asyncio.run(_drive(port, secret, bodies, count=4 * WORKERS, pause=0))  # all compile their rules
            took = asyncio.run(_drive(port, secret, bodies, count=int(seconds * PER_SECOND), pause=1 / PER_SECOND))
            for share in (0.5, 0.99):
                report.add(
                    "API",
                    f"{name}, p{share * 100:.0f} at {PER_SECOND}/s, {WORKERS} workers",
                    quantile(took, share) * 1000,
                    "ms",
                )


@contextmanager
def _server(system: System) -> Iterator[int]:
    port = _free_port()
    settings = system.settings
    environ = {
        **os.environ,
        "MONITUM_HOME": str(settings.home),
        "DATABASE_URL": system.database.url,
        "MONITUM_SOURCES": os.pathsep.join(map(str, settings.sources)),
        "RATES_CSV": str(settings.rates_csv or ""),
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(WORKERS),
        "--log-level",
        "warning",
        "wsgi:app",
    ]
    server = subprocess.Popen(command, cwd=_ROOT, env=environ)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
        return found


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("The web server did not start.")


async def _drive(port: int, secret: str, bodies: list[bytes], *, count: int, pause: float) -> list[float]:
    """Send `count` requests, one every `pause` seconds, whatever became of the ones before; seconds of each."""
    start = time.perf_counter()
    sent = []
    for number in range(count):
        due = start + number * pause
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sent.append(asyncio.create_task(_request(port, secret, bodies[number % len(bodies)], due)))
    return list(await asyncio.wait_for(asyncio.gather(*sent), _PATIENCE))


async def _request(port: int, secret: str, body: bytes, due: float) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head: Mapping[str, object] = {
        "Host": f"127.0.0.1:{port}",
        "Authorization": f"Bearer {secret}",
        "Content-Type": "application/json",
        "Content-Length": len(body),
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    writer.write(f"POST /v1/evaluations HTTP/1.1\r\n{lines}\r\n".encode() + body)
    answer = await reader.read()
    took = time.perf_counter() - due
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"The API answered: {answer[:400]!r}")
    return took
