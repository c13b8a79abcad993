"""monitum outbox: what is stuck is shown, and a person says what becomes of it."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.app.commands.conftest import Shell


def _addressed(shell: Shell, email: str) -> None:
    """Change the address behind everybody's back: one of the books that is none is left out when they are read."""
    engine = create_engine(shell.environment["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("update customer set email = :email"), {"email": email})
    engine.dispose()


@pytest.fixture
def stuck(ready: Shell) -> tuple[Shell, int]:
    """A reminder to an address that is none, which is held."""
    assert ready("run", "--as-of", "2026-03-12").exit_code == 0
    _addressed(ready, "not an address")
    assert ready("worker", "--drain", "--as-of", "2026-03-12").exit_code == 1
    (action,) = ready.json("outbox", "status")["need_a_person"]
    assert action["state"] == "held"
    assert "e-mail address" in action["outcome"]
    return ready, action["id"]


def test_a_mended_action_is_tried_again(stuck: tuple[Shell, int]) -> None:
    shell, number = stuck
    _addressed(shell, "ada@customers.example")
    assert shell("outbox", "retry", str(number), "--reason", "address mended").exit_code == 0
    assert shell.json("worker", "--drain", "--as-of", "2026-03-12") == {"done": 1}
    kinds = [entry["kind"] for entry in shell.json("archive", "show", "A")]
    assert kinds == ["decision:made", "action:held", "action:retried", "action:intended", "action:done"]
    assert shell("archive", "verify").exit_code == 0


def test_a_cancelled_one_lets_the_rules_decide_anew_on_a_later_day(stuck: tuple[Shell, int]) -> None:
    shell, number = stuck
    (held,) = shell.json("run", "--as-of", "2026-03-13")
    assert held["counts"]["decisions"] == 0, "what is stuck is not decided again"
    assert shell("outbox", "resolve", str(number), "--as", "cancelled", "--reason", "wrong person").exit_code == 0
    (later,) = shell.json("run", "--as-of", "2026-03-16")
    assert later["counts"]["decisions"] == 1


def test_one_that_was_done_by_other_means_counts_as_sent(stuck: tuple[Shell, int]) -> None:
    shell, number = stuck
    assert shell("outbox", "resolve", str(number), "--as", "done", "--reason", "sent by post").exit_code == 0
    assert shell("outbox", "status").exit_code == 0
    assert shell.json("outbox", "status")["need_a_person"] == []


def test_what_is_not_stuck_cannot_be_settled(stuck: tuple[Shell, int]) -> None:
    shell, number = stuck
    result = shell("outbox", "retry", str(number), "999", "--reason", "all of them")
    assert result.exit_code == 2
    assert "999" in result.output
    (action,) = shell.json("outbox", "status")["need_a_person"]
    assert action["state"] == "held", "nothing was changed"


def test_a_preview_writes_what_would_leave_and_sends_nothing(ready: Shell) -> None:
    company, mapping = (ready.source / name for name in ("company.yaml", "mapping.yaml"))
    company.write_text(company.read_text("utf-8") + "attach: invoices\n", "utf-8")
    mapping.write_text(
        mapping.read_text("utf-8").replace("gross: amount\n", "gross: amount\n      pdf: pdf\n"), "utf-8"
    )
    (ready.source / "i1.pdf").write_bytes(b"%PDF-1.7 one")
    ready.books.change({"items": [{"key": "I1", "pdf": "i1.pdf"}]})
    ready.books.write(ready.source)
    ready("sync")
    ready("run", "--as-of", "2026-03-12")
    out = ready.source.parent / "out"
    result = ready("outbox", "preview", "1", "--as-of", "2026-03-12", "--out", str(out))
    assert result.exit_code == 0
    assert "attached: I1" in result.stderr
    assert (out / "action-1-i1.pdf").read_bytes() == b"%PDF-1.7 one"
    assert sorted(path.suffix for path in out.iterdir()) == [".eml", ".pdf", ".pdf"]
    assert not list((ready.mail / "new").iterdir())
    assert ready("outbox", "preview", "99").exit_code == 2
