"""Real mail servers on loopback: aiosmtpd with chosen answers, and a scripted one that misbehaves at a given point."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


@dataclass
class Inbox:
    """An aiosmtpd handler that keeps envelopes and answers as told."""

    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = "250 OK"
    kept: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.data.startswith("250"):
            self.kept.append(envelope)
        return self.data


@contextmanager
def serving(handler: object, **options: Any) -> Iterator[int]:
    """Run aiosmtpd in a thread; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


Script = Callable[[bytes], bytes | None]


@contextmanager
def scripted(answer: Script, *, at_end: bytes | None) -> Iterator[tuple[int, list[bytes]]]:
    """A server on a bare socket. `answer`: the reply to each command, None to hang up. `at_end`: the reply after the
    lone dot; None hangs up there, b"" keeps silent. Gives its port and the list the received message goes to."""
    listener = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 scripted\r\n")
            for line in lines:
                reply = answer(line.strip().upper())
                if reply is None:
                    return
                connection.sendall(reply)
                if reply.startswith(b"354"):
                    received.append(b"".join(iter(lines.readline, b".\r\n")))
                    if at_end is None:
                        return
                    connection.sendall(at_end) if at_end else over.wait(5)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], received
    finally:
        over.set()
        listener.close()
        thread.join(5)


@pytest.fixture
def inbox() -> Inbox:
    """A mailbox that takes everything."""
    return Inbox()


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    """Port of a real server that fills `inbox`."""
    with serving(inbox) as number:
        yield number
