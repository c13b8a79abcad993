"""Messages in doubt are settled by what witnesses saw, with the evidence in the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.delivery.bcc_mailbox import BccMailbox
from adapters.delivery.maildir_sink import Maildir
from adapters.delivery.message import message_id
from engine.errors import AdapterError
from tests.adapters.delivery.conftest import Inbox, scripted
from tests.adapters.installation import DAY, ITEMS, Installation
from tests.adapters.outbox.test_dispatch_faults import FRIDAY, polite

Install = Callable[..., Installation]


@pytest.fixture
def house(install: Install, tmp_path: Path) -> Installation:
    """A company with a mailbox of copies and the log of its mail server, and a reminder in doubt."""
    made = install(copy_to="copies@house.example", copies="../copies", mta_log="../mail.log")
    Maildir(tmp_path / "copies")
    (tmp_path / "mail.log").write_text("", "utf-8")
    made.day(DAY, ITEMS)
    with scripted(polite, at_end=None) as (port, received):
        made.mail_to(port)
        assert made.deliver(DAY) == {"unknown": 1}
    assert len(received) == 1
    made.worker_context = made.system.outbox.worker_context
    return made


def settle(house: Installation) -> dict[str, int]:
    return dict(house.system.outbox.reconciliation.settle(house.clock.now + timedelta(hours=3)))


def sent(house: Installation) -> bytes:
    content: bytes = house.system.records.archive.content(house.action().message_hash)
    return content


def log(house: Installation, *lines: str) -> None:
    """Write the mail server's log, beginning and ending well around the sending."""
    stamps = [house.clock.now + timedelta(hours=hours) for hours in (-1, *([0] * len(lines)), 1)]
    said = ["qmgr[1]: 0AAAAAA: removed", *lines, "qmgr[1]: 0BBBBBB: removed"]
    text = "".join(f"{at.isoformat()} mx postfix/{one}\n" for at, one in zip(stamps, said, strict=True))
    (house.source.parent / "mail.log").write_text(text, "utf-8")


def taken(house: Installation, status: str) -> tuple[str, ...]:
    identity = message_id(house.action().key, "monitum.example")
    return (
        f"cleanup[1]: 4ABC12: message-id={identity}",
        "qmgr[1]: 4ABC12: from=<a@house.example>, size=900, nrcpt=1 (queue active)",
        f"smtp[1]: 4ABC12: to=<a@customers.example>, relay=x, dsn=2.0.0, status={status} (so it was)",
    )


def documents(house: Installation, kind: str) -> bytes:
    """The evidence that the newest entry of a kind names."""
    house.system.records.archive.integrate()
    entries = [one for one in house.system.records.archive.show("books", "A") if one.kind == kind]
    (digest,) = entries[-1].documents
    content: bytes = house.system.records.archive.content(digest)
    return content


def test_nobody_has_seen_it_and_it_stays_unknown(house: Installation) -> None:
    assert settle(house) == {"unknown": 1}
    assert house.states() == ["unknown"]


def test_a_blind_copy_settles_it_as_done_with_the_evidence(house: Installation, tmp_path: Path) -> None:
    Maildir(tmp_path / "copies").add(b"Received: from us\n" + sent(house).replace(b"\r\n", b"\n"))
    assert settle(house) == {"done": 1}
    action = house.action()
    assert (action.state, action.done_on, action.outcome) == ("done", DAY, "a blind copy has arrived in copies")
    assert house.recorded(action)[:2] == ["action:intended", "action:unknown"]
    assert b"Received: from us" in documents(house, "action:done")
    assert settle(house) == {}
    assert house.system.records.archive.verify().ok


def test_the_log_settles_it_as_done(house: Installation) -> None:
    log(house, *taken(house, "sent"))
    assert settle(house) == {"done": 1}
    assert b"status=sent" in documents(house, "action:done")


def test_a_bounce_leaves_it_to_a_person(house: Installation) -> None:
    log(house, *taken(house, "bounced"))
    assert settle(house) == {"held": 1}
    assert b"status=bounced" in documents(house, "action:held")


def test_one_that_the_server_never_took_is_sent_again_once(house: Installation, inbox: Inbox) -> None:
    log(house)
    assert settle(house) == {"ready": 1}
    assert b"not accepted" in documents(house, "action:retried")
    house.clock.now += timedelta(hours=3)
    assert house.deliver(DAY) == {"done": 1}
    assert [envelope.rcpt_tos for envelope in inbox.kept] == [["a@customers.example", "copies@house.example"]]
    assert house.action().attempts == 1


def test_a_later_stage_waits_until_the_doubt_is_settled(house: Installation) -> None:
    later = FRIDAY + timedelta(days=14)
    assert house.day(later)["decisions"] == 0
    log(house, *taken(house, "sent"))
    settle(house)
    assert house.day(later + timedelta(days=3))["decisions"] == 1
    assert [action.stage for action in house.actions("state <> 'done'")] == ["demand"]


def test_one_that_a_person_settled_meanwhile_is_left_alone(house: Installation, tmp_path: Path) -> None:
    Maildir(tmp_path / "copies").add(sent(house))
    real = BccMailbox.look_for

    def slow(self: BccMailbox, *arguments: object) -> object:
        house.write("update action set state = 'cancelled', updated_at = updated_at + interval '1 second'")
        return real(self, *arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BccMailbox, "look_for", slow)
        assert settle(house) == {"lost": 1}
    assert house.states() == ["cancelled"]


def test_a_witness_that_cannot_be_asked_says_so_and_settles_nothing(house: Installation, tmp_path: Path) -> None:
    (tmp_path / "mail.log").unlink()
    with pytest.raises(AdapterError, match=r"mail\.log cannot be read"):
        settle(house)
    assert house.states() == ["unknown"]
