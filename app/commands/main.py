"""The command line: `monitum COMMAND`. Exit codes: 0 done, 1 a finding or a failure, 2 wrong usage or input."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any, Final

import click

from archive.errors import ArchiveError
from engine.errors import Conflict, InvalidInput, MonitumError, NotFound, RulesetInvalid

#: Command -> module in app/commands/; imported only when called, so that everything answers at once.
COMMANDS: Final = {
    "archive": "archive.group",
    "demo": "installation.demo",
    "doctor": "installation.doctor",
    "documents": "documents.group",
    "doubts": "decisions.doubts",
    "explain": "decisions.explain",
    "keys": "installation.keys",
    "ksef": "documents.ksef",
    "law": "law.group",
    "metrics": "execution.metrics",
    "outbox": "execution.outbox",
    "proposals": "execution.proposals",
    "release": "installation.release",
    "replay": "decisions.replay",
    "rules": "decisions.rules",
    "run": "decisions.run",
    "schedule": "execution.schedule",
    "serve": "installation.serve",
    "sources": "sources.group",
    "sync": "decisions.sync",
    "witness": "archive.witness",
    "worker": "execution.worker",
}
_USAGE = (InvalidInput, NotFound, RulesetInvalid, Conflict)


class _Commands(click.Group):
    """Finds commands by name and turns the house's errors into a message and an exit code."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"app.commands.{COMMANDS[cmd_name]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        room = formatter.width - 6 - max(map(len, COMMANDS))
        described = [(name, _described(name).get_short_help_str(room)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(described)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (MonitumError, ArchiveError) as error:
            click.echo(f"monitum: {error}", err=True)
            ctx.exit(2 if isinstance(error, _USAGE) else 1)


def _described(name: str) -> click.Command:
    """A command with its help alone, read from the module's text: importing all modules would take seconds."""
    module = Path(__file__).parent.joinpath(*COMMANDS[name].split(".")).with_suffix(".py")
    functions = (node for node in ast.parse(module.read_text("utf-8")).body if isinstance(node, ast.FunctionDef))
    return click.Command(name, help=next(ast.get_docstring(node) for node in functions if node.name == "command"))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="monitum")
def main() -> None:
    """Mirror the books, decide by rules, remind and suspend, and prove it later.

    A first day: monitum sync; monitum run --dry-run; monitum run; monitum worker --drain; monitum archive verify.
    """


if __name__ == "__main__":
    main()
