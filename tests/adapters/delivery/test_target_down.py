"""Trouble of the server itself is told from trouble with one message: only the first lets a target rest."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from adapters.crm.webhooks import Endpoint
from adapters.crm.webhooks import send as post
from adapters.delivery.smtp import SmtpDelivery, SmtpSettings
from app.installation.clock import now
from engine.errors import AdapterError, TargetDown
from tests.adapters.crm.conftest import Receiver, receiver
from tests.adapters.delivery.conftest import Inbox, inbox, port, scripted
from tests.adapters.installation import SECRET

__all__ = ["inbox", "port", "receiver"]
MESSAGE = b"Subject: x\r\n\r\nbody\r\n"


def mail(port: int) -> AdapterError:
    """What sending to a server raises."""
    with pytest.raises(AdapterError) as raised:
        SmtpDelivery(SmtpSettings("127.0.0.1", port, timeout=1)).send(MESSAGE, "a@x.example", ["b@x.example"])
    return raised.value


def answering(verb: bytes, answer: bytes | None) -> Callable[[bytes], bytes | None]:
    return lambda command: answer if command.startswith(verb) else b"250 fine\r\n"


def test_a_server_that_does_not_listen_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    assert isinstance(mail(free), TargetDown)


@pytest.mark.parametrize("verb", [b"MAIL", b"RCPT", b"DATA"])
@pytest.mark.parametrize("answer", [b"421 closing\r\n", None], ids=["says so", "hangs up"])
def test_a_server_that_closes_is_down_whatever_it_was_asked(verb: bytes, answer: bytes | None) -> None:
    with scripted(answering(verb, answer), at_end=b"250 ok\r\n") as (number, received):
        error = mail(number)
    assert isinstance(error, TargetDown)
    assert not error.permanent
    assert received == []


@pytest.mark.parametrize("answer", ["450 try later", "452 mailbox full", "550 no such user"])
def test_a_refused_recipient_says_nothing_of_the_server(inbox: Inbox, port: int, answer: str) -> None:
    inbox.rcpt["b@x.example"] = answer
    assert not isinstance(mail(port), TargetDown)


@pytest.mark.parametrize(
    ("status", "down"), [(500, True), (503, True), (429, True), (400, False), (404, False), (408, False), (410, False)]
)
def test_an_endpoint_is_down_when_it_fails_and_not_when_it_refuses(receiver: Receiver, status: int, down: bool) -> None:
    receiver.status = status
    with pytest.raises(AdapterError) as raised:
        post(Endpoint(receiver.url, (SECRET,), internal=True), "evt_1", b"{}", now())
    assert isinstance(raised.value, TargetDown) is down
