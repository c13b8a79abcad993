"""monitum serve: everything on one machine."""

from __future__ import annotations

import shlex
import sys

import click
from honcho.manager import Manager

from app.installation.system import System
from app.usecases.release import import_shipped


@click.command("serve")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--mailbox/--no-mailbox", default=True, help="Also run a local mail server that keeps what it gets.")
def command(port: int, mailbox: bool) -> None:
    """Run web, worker and scheduler until Ctrl-C, on http://127.0.0.1:8000 by default.

    The mail server of --mailbox listens where SMTP_URL points by default and writes to var/mail; it sends nothing on.
    """
    system = System.from_environment()
    import_shipped(system.rules.library, system.rules.shipped)
    python = [sys.executable, "-m"]
    commands = {
        "web": [*python, "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "wsgi:app"],
        "worker": [*python, "app", "worker"],
    }
    if mailbox and system.settings.smtp_url == "smtp://127.0.0.1:1025":
        commands["mail"] = [
            *python,
            "adapters.delivery.maildir_sink",
            "--port",
            "1025",
            "--maildir",
            str(system.settings.home / "mail"),
        ]
    click.echo(f"http://127.0.0.1:{port}/v1/docs   (Ctrl-C ends it)", err=True)
    manager = Manager()
    for name, words in commands.items():
        manager.add_process(name, shlex.join(words))
    manager.loop()
    raise SystemExit(manager.returncode)
