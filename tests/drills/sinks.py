"""The outside world of a drill: a mail server and a CRM, each a process with a log of its own.

`python -m tests.drills.sinks mail|crm --log FILE --latency SECONDS`: prints its port, then serves until it is ended.
A line is written before the answer is given, so what the log lacks was not taken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

#: What the CRM of a drill shares with Monitum.
SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_ROOT: Final = Path(__file__).parents[2]
_MESSAGE_ID: Final = re.compile(rb"(?im)^message-id:\s*(\S+)")


class Log:
    """Lines of JSON that only grow."""

    def __init__(self, file: Path) -> None:
        self._to = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add(self, **values: Any) -> None:
        """One line, written by one call."""
        os.write(self._to, (json.dumps({"at": time.time(), **values}) + "\n").encode())


async def _linger(most: float) -> None:
    await asyncio.sleep(most * secrets.randbelow(1001) / 1000)


@dataclass
class Mail:
    """An SMTP server that takes everything."""

    log: Log
    latency: float

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation, which a client that dies may end at any point."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 drill\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                message = await reader.readuntil(b"\r\n.\r\n")
                found = _MESSAGE_ID.search(message)
                await _linger(self.latency)
                self.log.add(id=found[1].decode() if found else None)
                await _linger(self.latency)
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 drill\r\n")
            if verb == b"QUIT":
                return


class Crm:
    """A CRM that takes a webhook once, knows repetitions by their id and drops what is older than what it knows."""

    def __init__(self, log: Log, latency: float) -> None:
        self._log = log
        self._latency = latency
        self._seen: set[str] = set()
        self._versions: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\r\n"))
        }
        body = await reader.readexactly(int(headers["content-length"]))
        await _linger(self._latency)
        self._log.add(**self._take(headers, body))
        await _linger(self._latency)
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    def _take(self, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
        told = json.loads(body)
        data = told["data"]
        event, customer = headers["webhook-id"], f"{data['source']}/{data['customer']}"
        try:
            Webhook(SECRET).verify(body, dict(headers))
            signed = True
        except WebhookVerificationError:
            signed = False
        repeated = event in self._seen
        stale = not repeated and data["version"] <= self._versions.get(customer, 0)
        if signed and not repeated and not stale:
            self._versions[customer] = data["version"]
        self._seen.add(event)
        return {
            "id": event,
            "type": told["type"],
            "customer": customer,
            "version": data["version"],
            "signed": signed,
            "repeated": repeated,
            "stale": stale,
        }


async def _serve(sink: Mail | Crm) -> None:
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=32 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def sink(kind: str, log: Path, *, latency: float = 0.0) -> Iterator[int]:
    """A sink in a process of its own; gives its port. `latency`: most seconds before and after it writes its log."""
    command = [sys.executable, "-m", "tests.drills.sinks", kind, "--log", str(log), "--latency", str(latency)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def lines(log: Path) -> Sequence[Mapping[str, Any]]:
    """What a sink took, in order."""
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []


def main() -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("mail", "crm"))
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--latency", type=float, default=0.0)
    given = parser.parse_args()
    log = Log(given.log)
    asyncio.run(_serve(Mail(log, given.latency) if given.kind == "mail" else Crm(log, given.latency)))


if __name__ == "__main__":
    main()
