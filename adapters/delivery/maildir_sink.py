"""A mail server for one's own computer: it keeps every message, as received, in a Maildir and sends nothing on.

`python -m adapters.delivery.maildir_sink --port 1025 --maildir var/mail`; it listens on loopback addresses only.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import ipaddress
import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from engine.errors import AdapterError, InvalidInput, MonitumError

_LARGEST: Final = 32 << 20


class Maildir:
    """Writes messages the Maildir way: whole in tmp/, synced, then renamed into new/, so that no reader sees a half."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = itertools.count()
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def add(self, message: bytes) -> Path:
        """Keep a message, byte for byte. Returns its file, named so that no two messages share a name."""
        digest = hashlib.sha256(message).hexdigest()[:16]
        while True:
            name = f"{next(self._count):08d}.{os.getpid()}.{digest}"
            if not (self._folder / "new" / name).exists() and not list((self._folder / "cur").glob(f"{name}*")):
                break
        draft = self._folder / "tmp" / name
        with draft.open("xb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        return draft.rename(self._folder / "new" / name)


class _Handler:
    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd's name and signature
        content = envelope.content
        self._maildir.add(content if isinstance(content, bytes) else (content or "").encode())
        return "250 Kept"


def _loopback(host: str) -> str:
    if not ipaddress.ip_address(host).is_loopback:
        raise InvalidInput(
            f"host: {host} is not a loopback address; this server is for one's own computer", field="host"
        )
    return host


async def _serve(maildir: Path, port: int, host: str, started: Callable[[int, Callable[[], None]], None]) -> None:
    """Serve until stopped. `started` is told the port and what to call, from any thread, to stop."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    handler = _Handler(Maildir(maildir))
    try:
        server = await loop.create_server(
            lambda: SMTP(handler, data_size_limit=_LARGEST, ident="Monitum sink"), host=_loopback(host), port=port
        )
    except OSError as error:
        raise AdapterError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error

    def stop() -> None:
        loop.call_soon_threadsafe(over.set)

    started(server.sockets[0].getsockname()[1], stop)
    async with server:
        await over.wait()


@contextmanager
def maildir_sink(maildir: Path, port: int = 0, host: str = "127.0.0.1") -> Iterator[int]:
    """Run the server in a thread; gives the port it listens on (0 asks for a free one).

    Raises InvalidInput for an address that is not loopback, AdapterError for a port that is taken.
    """
    ready: Future[tuple[int, Callable[[], None]]] = Future()

    def run() -> None:
        try:
            asyncio.run(_serve(maildir, port, host, lambda *told: ready.set_result(told)))
        except MonitumError as error:
            ready.set_exception(error)

    thread = Thread(target=run, name="maildir sink")
    thread.start()
    try:
        number, stop = ready.result()
        try:
            yield number
        finally:
            stop()
    finally:
        thread.join()


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: serve until interrupted or terminated."""
    parser = argparse.ArgumentParser(prog="python -m adapters.delivery.maildir_sink", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=1025, help="port; 0 asks for a free one")
    parser.add_argument("--maildir", type=Path, required=True, help="folder of the mailbox, made when missing")
    given = parser.parse_args(arguments)

    def started(port: int, stop: Callable[[], None]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop())
        sys.stdout.write(f"Keeping mail for smtp://{given.host}:{port} in {given.maildir}\n")
        sys.stdout.flush()

    try:
        asyncio.run(_serve(given.maildir, given.port, given.host, started))
    except MonitumError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
