"""Processes killed anywhere while they send: every invoice arrives, none arrives twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.adapters.ksef.conftest import NIP, Firm

_ROOT = Path(__file__).parents[3]


def test_killed_senders_lose_and_double_nothing(firm: Firm, database_url: str, tmp_path: Path) -> None:
    issued = [firm.issue() for _ in range(8)]
    command = [
        sys.executable,
        "-m",
        "tests.adapters.ksef.sender",
        database_url,
        str(tmp_path / "keys"),
        firm.fake.url,
        NIP,
    ]
    for sent in (1, 3, 6, None):
        with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            while process.poll() is None and (sent is None or firm.fake.calls.count("send") < sent):
                time.sleep(0.0005)
            if sent is not None:
                process.send_signal(signal.SIGKILL)
        assert process.returncode == (0 if sent is None else -signal.SIGKILL)
    assert {firm.state(document).state for document in issued} == {"accepted"}
    taken = [sent.xml for sent in firm.fake.sent()]
    assert [sent.code for sent in firm.fake.sent()] == [200] * 8
    assert sorted(taken) == sorted(firm.documents.content(document.id, "xml") for document in issued)
    attempts = [firm.state(document).attempts for document in issued]
    kinds = [entry.kind for entry in firm.archive.show("pl", "K-1")]
    assert kinds.count("document:submitted") == sum(attempts)
    assert kinds.count("document:accepted") == kinds.count("document:confirmed") == 8
