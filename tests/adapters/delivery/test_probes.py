"""Who may have seen a message: the mailbox of blind copies, and the log of the mail server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.delivery.bcc_mailbox import BccMailbox
from adapters.delivery.evidence import DeliveryEvidence, InDoubt
from adapters.delivery.maildir_sink import Maildir
from adapters.delivery.message import build_message, message_id
from adapters.delivery.mta_log import MtaLog
from engine.errors import AdapterError

ZONE = ZoneInfo("Europe/Warsaw")
AT = datetime(2026, 3, 12, 10, tzinfo=UTC)
NOW = AT + timedelta(hours=2)
SENT = build_message(
    key="K1",
    domain="house.example",
    date=AT,
    sender="a@house.example",
    recipients=["c@customers.example"],
    subject="Reminder",
    text="Please pay.\n.\nThank you, zażółć gęślą jaźń.",
)
ID = message_id("K1", "house.example")
DOUBT = {ID: InDoubt(ID, SENT, AT)}


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    Maildir(tmp_path / "copies")
    return tmp_path / "copies"


def received(message: bytes) -> bytes:
    """As a server stores it: with its own line ends and headers in front."""
    return b"Return-Path: <a@house.example>\nReceived: from house.example\n" + message.replace(b"\r\n", b"\n")


def test_a_copy_in_the_mailbox_shows_that_the_message_left(mailbox: Path) -> None:
    Maildir(mailbox).add(received(SENT))
    (finding,) = BccMailbox(mailbox).look_for(DOUBT, NOW).values()
    assert finding.status == "delivered"
    assert b"Received: from house.example" in finding.evidence
    assert b"Please pay" not in finding.evidence, "headers alone"


def test_a_copy_that_was_read_meanwhile_counts_too(mailbox: Path) -> None:
    path = Maildir(mailbox).add(received(SENT))
    probe = BccMailbox(mailbox)
    assert probe.look_for({}, NOW) == {}
    path.rename(mailbox / "cur" / f"{path.name}:2,S")
    assert set(probe.look_for(DOUBT, NOW)) == {ID}


@pytest.mark.parametrize(
    "message",
    [
        received(SENT).replace(b"Please pay", b"Please wait"),
        received(SENT).replace(ID.encode(), b"<other@x>"),
        b"no headers at all",
        b"",
    ],
    ids=["another body", "another message", "nonsense", "nothing"],
)
def test_anything_else_in_the_mailbox_shows_nothing(mailbox: Path, message: bytes) -> None:
    Maildir(mailbox).add(message)
    assert BccMailbox(mailbox).look_for(DOUBT, NOW) == {}


def test_a_mailbox_that_is_not_there_cannot_be_asked(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="nowhere cannot be read"):
        BccMailbox(tmp_path / "nowhere").look_for(DOUBT, NOW)


def line(stamp: str, part: str, rest: str) -> str:
    return f"{stamp} mx postfix/{part}[812]: {rest}\n"


BEFORE = line("Mar 12 08:00:00", "qmgr", "0AAAAAA: removed")
AFTER = line("Mar 12 11:30:00", "qmgr", "0BBBBBB: removed")
TAKEN = (
    line("Mar 12 11:00:01", "smtpd", "4ABC12: client=house[10.0.0.2]")
    + line("Mar 12 11:00:01", "cleanup", f"4ABC12: message-id={ID}")
    + line("Mar 12 11:00:01", "qmgr", "4ABC12: from=<a@house.example>, size=900, nrcpt=2 (queue active)")
)


def delivery(status: str, to: str = "c@customers.example", stamp: str = "Mar 12 11:00:02") -> str:
    said = {"sent": "250 2.0.0 Ok", "bounced": "550 no such user", "deferred": "timed out", "expired": "too old"}
    return line(
        stamp,
        "smtp",
        f"4ABC12: to=<{to}>, relay=mx.customers.example[192.0.2.1]:25, delay=1, "
        f"delays=0/0/0/1, dsn=2.0.0, status={status} ({said[status]})",
    )


def told(folder: Path, log: str, *, now: datetime = NOW, doubt: dict[str, InDoubt] = DOUBT) -> DeliveryEvidence | None:
    path = folder / "mail.log"
    path.write_text(log, "utf-8")
    return MtaLog(path, ZONE).look_for(doubt, now).get(ID)


@pytest.mark.parametrize(
    ("log", "status"),
    [
        (TAKEN + delivery("sent"), "delivered"),
        (TAKEN + delivery("sent") + delivery("sent", "copies@house.example"), "delivered"),
        (TAKEN + delivery("deferred") + delivery("sent"), "delivered"),
        (TAKEN + delivery("bounced"), "refused"),
        (TAKEN + delivery("sent", "copies@house.example") + delivery("bounced"), "refused"),
        (TAKEN + delivery("deferred") + delivery("expired"), "refused"),
        (TAKEN + delivery("deferred"), None),
        (TAKEN + delivery("sent") + delivery("deferred", "other@x.example"), None),
        (TAKEN, None),
        (BEFORE + AFTER, "absent"),
        (BEFORE + line("Mar 12 11:00:01", "cleanup", f"4ABC12: message-id={ID}") + AFTER, "absent"),
        (BEFORE, None),
        (AFTER, None),
        (TAKEN.replace(ID, "<other@x>") + delivery("sent"), None),
        ("", None),
        ("not a log\n", None),
    ],
    ids=[
        "sent", "sent to all", "sent at last", "bounced", "bounced for one", "given up", "on its way",
        "partly on its way", "only taken", "never seen", "begun and broken off", "log ends too early",
        "log begins too late", "another message", "empty", "nonsense",
    ],
)  # fmt: skip
def test_the_log_tells_what_became_of_a_message(tmp_path: Path, log: str, status: str | None) -> None:
    finding = told(tmp_path, log)
    assert (finding.status if finding else None) == status
    if status in {"delivered", "refused"}:
        assert finding is not None
        assert b"4ABC12: message-id=" in finding.evidence
        assert b"status=" in finding.evidence


def test_a_queue_id_that_is_used_again_is_another_message(tmp_path: Path) -> None:
    again = line("Mar 12 11:05:00", "cleanup", "4ABC12: message-id=<later@x>")
    assert told(tmp_path, TAKEN + again + delivery("bounced", stamp="Mar 12 11:05:01")) is None


def test_stamps_with_a_zone_are_read_too(tmp_path: Path) -> None:
    log = line("2026-03-12T09:00:00.000001+01:00", "qmgr", "0AAAAAA: removed")
    log += line("2026-03-12T11:30:00.000001+01:00", "qmgr", "0BBBBBB: removed")
    finding = told(tmp_path, log)
    assert finding is not None
    assert finding.status == "absent"


def test_a_stamp_without_a_year_is_of_the_newest_year_that_has_been(tmp_path: Path) -> None:
    sylvester = datetime(2025, 12, 31, 22, tzinfo=UTC)
    log = line("Dec 31 20:00:00", "qmgr", "0AAAAAA: removed") + line("Jan  1 00:30:00", "qmgr", "0BBBBBB: removed")
    doubt = {ID: InDoubt(ID, SENT, sylvester)}
    finding = told(tmp_path, log, now=sylvester + timedelta(hours=6), doubt=doubt)
    assert finding is not None
    assert finding.status == "absent"


def test_a_log_that_is_not_there_cannot_be_asked(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="cannot be read"):
        MtaLog(tmp_path / "none.log", ZONE).look_for(DOUBT, NOW)
