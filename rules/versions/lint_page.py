"""The lints as a Markdown page out of their docstrings, so that it cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.lint import Described, described

_HEAD: Final = """# Lints

`monitum rules check` reports what a ruleset may say but hardly means. An error stops submission, a warning does not.
Every example is part of a document of the pack `pl`; where it shows `guards`, they stand for those of the pack."""


def lint_page() -> str:
    """The page, ending with a line end."""
    return "\n\n".join([_HEAD, *(part for one in described() for part in _parts(one))]) + "\n"


def _parts(one: Described) -> Iterator[str]:
    yield f"## {one.name} ({one.severity})"
    yield one.text
    for title, example in (("Bad", one.bad), ("Good", one.good)):
        yield f"{title}:"
        yield f"```yaml\n{example}\n```"
