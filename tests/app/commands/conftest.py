"""An installation with the scenario books, and the command line over it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url

import app.commands.main as cli
from adapters.delivery.maildir_sink import maildir_sink
from tests.databases import fresh_database
from tests.scenarios.books import Books
from tests.scenarios.player import HERE


class Shell:
    """`monitum` in an environment of its own."""

    def __init__(self, folder: Path, database_url: str, smtp_port: int) -> None:
        self.books = Books()
        self.source = folder / "books"
        self.source.mkdir()
        for name in ("mapping.yaml", "company.yaml"):
            (self.source / name).write_text((HERE / name).read_text("utf-8"), "utf-8")
        ruleset = (HERE / "rulesets" / "ten_days.yaml").read_text("utf-8")
        # ahead of the shipped packs
        ruleset = ruleset.replace("jurisdiction: eu", "jurisdiction: eu\npriority: 1")
        cases = "cases: [{name: ten days, given: {days_past_due: 10}, expect: [remind: level1]}]\n"
        (self.source / "ruleset.yaml").write_text(ruleset + cases, "utf-8")
        self.environment = {
            "DATABASE_URL": database_url,
            "MONITUM_HOME": str(folder / "home"),
            "MONITUM_SOURCES": str(self.source),
            "MONITUM_PROCESSES": "1",
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "NO_COLOR": "1",
        }
        self.mail = folder / "mail"

    def __call__(self, *arguments: str) -> Result:
        result = CliRunner(env=self.environment).invoke(cli.main, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    def json(self, *arguments: str) -> Any:
        """The JSON that a command prints."""
        return json.loads(self(*arguments, "--json").stdout)


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Iterator[Shell]:
    with maildir_sink(tmp_path / "mail") as port:
        yield _with_books(tmp_path, database_url, port)


def _with_books(folder: Path, database_url: str, smtp_port: int) -> Shell:
    """An item of 100.00 of customer A and one of 55.00 of B, in files that nothing has read yet."""
    shell = Shell(folder, database_url, smtp_port)
    shell.books.change(
        {
            "customers": [{"key": "A"}, {"key": "B"}],
            "items": [
                {"key": "I1", "issued": "2026-02-01", "due": "2026-03-02", "amount": "100.00"},
                {"key": "I2", "customer": "B", "issued": "2026-02-01", "due": "2026-03-10", "amount": "55.00"},
            ],
        }
    )
    shell.books.write(shell.source)
    return shell


@pytest.fixture(scope="session")
def _released(_template: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Those books released and synced, to be copied: the database's URL and the folder of its archive's keys."""
    with fresh_database(_template) as url:
        shell = _with_books(tmp_path_factory.mktemp("released"), url, 1)
        for command in ("release", "sync"):
            assert shell(command).exit_code == 0
        yield url, Path(shell.environment["MONITUM_HOME"]) / "keys"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, _template: tuple[str, str]) -> Iterator[str]:
    """URL of a fresh database: an empty one, or a copy of the released one for a test that takes `ready`."""
    server, pattern = _template
    if "ready" in request.fixturenames:
        pattern = str(make_url(request.getfixturevalue("_released")[0]).database)
    with fresh_database((server, pattern)) as url:
        yield url


@pytest.fixture
def ready(shell: Shell, _released: tuple[str, Path]) -> Shell:
    """The same, released and synced."""
    shutil.copytree(_released[1], Path(shell.environment["MONITUM_HOME"]) / "keys")
    return shell


@pytest.fixture
def run(tmp_path: Path) -> Any:
    # a database that nobody can reach: none of these commands may ask for it
    environment = {"MONITUM_HOME": str(tmp_path), "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}

    def invoke(*arguments: str) -> Result:
        result = CliRunner(env=environment).invoke(cli.main, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke
