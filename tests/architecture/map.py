"""The map of the house, docs/map.md: what each folder says of itself. Written by make docs."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

from tests.architecture.imports import ENTRIES, PACKAGES, ROOT

PAGE: Final = ROOT / "docs" / "map.md"
_HEAD: Final = """# Map of the house

Every folder of code with the sentence it says of itself, and how many modules stand in it. Written by
`make docs` from the docstrings of the packages; a test holds it."""


def page() -> str:
    """The page as Markdown."""
    lines = [_HEAD]
    for package in PACKAGES:
        lines += ["", f"## {package}", "", *(_line(folder) for folder in _folders(ROOT / package))]
    lines += ["", "## Entries", "", *(f"- `{name}.py`: {sentence(ROOT / f'{name}.py')}" for name in ENTRIES), ""]
    return "\n".join(lines)


def _folders(folder: Path) -> list[Path]:
    """A package and all packages below it, each before its own."""
    below = sorted(path.parent for path in folder.glob("*/__init__.py"))
    return [folder, *(found for one in below for found in _folders(one))]


def _line(folder: Path) -> str:
    depth = len(folder.relative_to(ROOT).parts) - 1
    modules = sum(path.name != "__init__.py" for path in folder.glob("*.py"))
    return f"{'  ' * depth}- `{folder.relative_to(ROOT).as_posix()}/` ({modules}): {sentence(folder / '__init__.py')}"


def sentence(path: Path) -> str:
    """The first paragraph of a file's docstring, on one line; empty where it has none."""
    return " ".join((ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n\n")[0].split())
