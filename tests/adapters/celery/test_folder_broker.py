"""The folder that carries wake-ups: whole messages or none, each to one reader, and rubbish harms nobody."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from adapters.celery.application import QUEUE, make_celery


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Celery]:
    made = make_celery("filesystem://", tmp_path)
    yield made
    made.close()


def send(app: Celery, number: int) -> None:
    app.send_task("monitum.dispatch", kwargs={"number": number})


def take(app: Celery) -> list[int]:
    """Numbers of all messages that are there, in their order."""
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        app.amqp.queues[QUEUE](channel).declare()
        found = []
        while message := channel.basic_get(QUEUE, no_ack=True):
            found.append(message.payload[1]["number"])
        return found


def test_messages_come_once_and_in_order(app: Celery) -> None:
    for number in range(5):
        send(app, number)
    assert take(app) == [0, 1, 2, 3, 4]
    assert take(app) == []


@pytest.mark.parametrize("rubbish", [b"", b'{"body": "W1', b"\xff\xfe"], ids=["empty", "half", "binary"])
def test_a_file_that_is_no_message_is_dropped(app: Celery, tmp_path: Path, rubbish: bytes) -> None:
    send(app, 1)
    (tmp_path / "messages" / f"0_first.{QUEUE}.msg").write_bytes(rubbish)
    assert take(app) == [1]
    assert not list((tmp_path / "messages").glob(f"*.{QUEUE}.msg"))


def test_a_message_that_is_being_written_is_not_seen(app: Celery, tmp_path: Path) -> None:
    (tmp_path / "messages" / "0_first.draft").write_bytes(b'{"body"')
    assert take(app) == []


def test_a_message_left_by_a_killed_sender_or_a_route_half_written_stops_nobody(app: Celery, tmp_path: Path) -> None:
    (tmp_path / "control" / f"{QUEUE}.exchange").write_bytes(b"")
    send(app, 7)
    assert take(app) == [7]


def _reader(folder: Path, start: Any, found: Any) -> None:
    app = make_celery("filesystem://", folder)
    start.wait()
    found.put(take(app))


def test_two_readers_at_once_get_each_message_once(app: Celery, tmp_path: Path) -> None:
    for number in range(200):
        send(app, number)
    context = multiprocessing.get_context("spawn")
    start, found = context.Barrier(2), context.Queue()
    readers = [context.Process(target=_reader, args=(tmp_path, start, found)) for _ in range(2)]
    for reader in readers:
        reader.start()
    taken = [found.get(timeout=60), found.get(timeout=60)]
    for reader in readers:
        reader.join()
    assert sorted(taken[0] + taken[1]) == list(range(200))
