from __future__ import annotations

import mailbox
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.delivery.maildir_sink import Maildir, maildir_sink
from adapters.delivery.smtp import SmtpDelivery, SmtpSettings
from engine.errors import AdapterError, InvalidInput

_MESSAGE = b"Message-ID: <1@x.example>\r\nSubject: x\r\n\r\n.dot\r\nbody\r\n"


def _send(port: int, message: bytes = _MESSAGE) -> None:
    SmtpDelivery(SmtpSettings("127.0.0.1", port, timeout=5)).send(message, "a@x.example", ["b@x.example"])


def _kept(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "new").iterdir())]


def test_a_message_is_kept_byte_for_byte(tmp_path: Path) -> None:
    with maildir_sink(tmp_path / "mail") as port:
        _send(port)
        _send(port, _MESSAGE + b"two\r\n")
    assert _kept(tmp_path / "mail") == [_MESSAGE, _MESSAGE + b"two\r\n"]


def test_mail_programs_can_read_it(tmp_path: Path) -> None:
    with maildir_sink(tmp_path) as port:
        _send(port)
    [message] = list(mailbox.Maildir(tmp_path, create=False))
    assert message["Message-ID"] == "<1@x.example>"


def test_the_same_message_twice_is_kept_twice_also_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        Maildir(tmp_path).add(_MESSAGE)
    with maildir_sink(tmp_path) as port:
        _send(port)
    assert _kept(tmp_path) == [_MESSAGE] * 3
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])  # noqa: S104 - must be refused
def test_it_listens_on_loopback_only(tmp_path: Path, host: str) -> None:
    with pytest.raises(InvalidInput, match="loopback"), maildir_sink(tmp_path, host=host):
        pass


def test_the_command_serves_until_it_is_terminated(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "adapters.delivery.maildir_sink", "--port", "0", "--maildir", str(tmp_path / "m")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            _send(int(said.split("smtp://127.0.0.1:")[1].split()[0]))
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert _kept(tmp_path / "m") == [_MESSAGE]


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with maildir_sink(tmp_path) as port:
        with pytest.raises(AdapterError, match=str(port)), maildir_sink(tmp_path, port):
            pass
        command = [
            sys.executable,
            "-m",
            "adapters.delivery.maildir_sink",
            "--port",
            str(port),
            "--maildir",
            str(tmp_path),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, str(port) in done.stderr) == (1, True)
