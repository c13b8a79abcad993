"""Kinds of action are spelled in engine/actions alone: everybody else asks the registry, or a kind for its traits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actions import KINDS

ROOT = Path(__file__).parents[2]
PACKAGES = ("engine", "rules", "documents", "archive", "adapters", "api", "app")
#: A kind as a string of its own, or quoted within one, as SQL has it; also before a colon, as in a rule.
SPELLED = re.compile(rf"""(?:^|['"])({"|".join(KINDS)})(?:$|['":])""")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "__pycache__" not in path.parts)
    yield from ROOT.glob("*.py")


def spelled(source: str) -> list[int]:
    """Lines on which a kind is spelled, docstrings excepted."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and SPELLED.search(node.value)
    ]


def test_no_module_outside_the_actions_spells_a_kind() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        if path.parent != ROOT / "engine" / "actions"
        for line in spelled(path.read_text())
    ]
    assert not found


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "written",
    ["x == '{}'", "text(\"select 1 from action where kind = '{}'\")", "f'{{x}} {{\"{}\"}}'", "y['{}: demand']"],
)
def test_a_spelled_kind_is_found(written: str, name: str) -> None:
    assert spelled(written.format(name))


@pytest.mark.parametrize("name", KINDS)
def test_words_in_prose_and_in_docstrings_are_none(name: str) -> None:
    assert not spelled(f'"""{name}"""\nhelp = "customers to {name} today"\nstate = "{name}ed"')
