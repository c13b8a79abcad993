"""Real worker processes without a broker: they deliver, and neither a second one nor the end of one changes that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from tests.app.commands.conftest import Shell, shell

__all__ = ["shell"]

ROOT = Path(__file__).parents[2]
#: Seconds a due action may wait here: start of the worker, one beat, one delivery, on a busy machine.
#: Seconds after which a process counts as hung; no bound on how long its work takes.
PATIENCE = 600
RULES = """
ruleset: test.alert
title: {pl: Test, en: Test}
ledger_currency: PLN
jurisdiction: eu
priority: 1
ladder: {stages: []}
rules:
  - id: alert
    for: customer
    when: [overdue_amount: {at_least: 200 PLN}]
    then: [notify: {who: [credit_controller], wording: alert}]
    because: test
cases:
  - {name: much, for: customer, given: {overdue_amount: 200 PLN}, expect: [notify: alert]}
  - {name: less, for: customer, given: {overdue_amount: 199.99 PLN}, expect: []}
"""


@contextmanager
def worker(shell: Shell) -> Iterator[subprocess.Popen[bytes]]:
    """`monitum worker` in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"],
        cwd=ROOT,
        env=os.environ | shell.environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def done(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(text("select count(*) from action where state = 'done'")).scalar_one())


def wait_for(database: Engine, number: int) -> int:
    deadline = time.monotonic() + PATIENCE
    while (found := done(database)) < number and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def decide(shell: Shell) -> None:
    """A staff alert: unlike a reminder it may be sent at any hour, so the test may run at night."""
    (shell.source / "ruleset.yaml").write_text(RULES, "utf-8")
    shell.books.change({"items": [{"key": "I1", "amount": "500.00"}]})
    shell.books.write(shell.source)
    for arguments in (("release",), ("sync",), ("run", "--as-of", "2026-03-05")):
        result = shell(*arguments)
        assert result.exit_code == 0, result.output


def test_a_worker_delivers_what_is_due_and_a_killed_one_changes_nothing(shell: Shell, database: Engine) -> None:
    decide(shell)
    assert done(database) == 0
    with worker(shell), worker(shell):
        assert wait_for(database, 1) == 1
    with database.begin() as connection:
        connection.execute(text("update action set state = 'ready', done_on = null, outcome = null"))
    with worker(shell) as process:
        assert wait_for(database, 1) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert done(database) == 1
    assert len(list((shell.mail / "new").iterdir())) == 2, "once for each time it was due"
