"""What must stay true of the engine: it is pure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ENGINE = Path(__file__).parents[2] / "engine"


def imports(path: Path) -> Iterator[str]:
    """Names of the modules that a module imports, also for type checkers alone."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path} imports from nowhere"
            yield node.module


def modules() -> list[Path]:
    return [path for path in ENGINE.rglob("*.py") if "__pycache__" not in path.parts]


def test_the_engine_imports_the_standard_library_itself_and_durable_rules_in_one_module() -> None:
    foreign = {
        (path.relative_to(ENGINE).as_posix(), name)
        for path in modules()
        for name in {imported.split(".")[0] for imported in imports(path)}
        if name != "engine" and name not in sys.stdlib_module_names
    }
    assert foreign == {("conditions/session.py", "durable_rules_engine")}
