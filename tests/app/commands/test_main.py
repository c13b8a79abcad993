"""The command line as a whole: what it lists, and that it answers without reading the whole house first."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner

from app.commands.main import COMMANDS, main

#: What is slow to import, and of no use to a page of help.
_HEAVY = {"alembic", "celery", "flask", "httpx", "ksef_client", "num2words", "rich", "sqlalchemy", "typst"}


@pytest.fixture(scope="module")
def listed() -> Sequence[Sequence[str]]:
    page = CliRunner().invoke(main, ["--help"], terminal_width=1000, max_content_width=1000)
    return [line.split() for line in page.output.splitlines()]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str, listed: Sequence[Sequence[str]]) -> None:
    command: click.Command = importlib.import_module(f"app.commands.{COMMANDS[name]}").command
    assert command.name == name
    assert [name, *command.get_short_help_str(900).split()] in listed


@pytest.mark.parametrize("arguments", [["--help"], ["sync", "--help"], ["run", "--help"], ["serve", "--help"]])
def test_help_answers_without_importing_what_it_does_not_need(arguments: Sequence[str]) -> None:
    asked = (
        "import sys\n"
        "from app.commands.main import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        f"print(*({_HEAVY} & set(sys.modules)), file=sys.stderr)"
    )
    answer = subprocess.run([sys.executable, "-c", asked, *arguments], capture_output=True, text=True, check=True)
    assert "Usage:" in answer.stdout
    assert answer.stderr.split() == []


def test_work_imports_no_library_of_other_work() -> None:
    asked = (
        "import sys\n"
        "from app.installation.system import System\n"
        "system = System.from_environment()\n"
        "system.books, system.rules, system.runs, system.outbox, system.issuance, system.web, system.health\n"
        "print(*({'alembic', 'ksef_client', 'num2words'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []
