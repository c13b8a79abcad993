"""What the house measures, and what it may measure at most: `make house`, or python -m tests.architecture.measures."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Column, Table

from engine.actions import KINDS
from tests.architecture.imports import PACKAGES, ROOT, circles, floors, imports, rooms, sources

#: A folder with more modules than this is a drawer.
MODULES: Final = 15
#: Names by which rows of a query are held.
_ROW: Final = re.compile(r"(^|_)(row|record|found|one|first|last)$")
#: A kind as a string of its own, or in quotes within one; also before a colon, as rules have it.
_SPELLED: Final = re.compile(rf"""(?:^|['"])({"|".join(KINDS)})(?:$|['":])""")


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. `places`: what was counted, as 'file:line' or a name; `most`: the figure it may reach, None: any."""

    name: str
    figure: int
    most: int | None = None
    places: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the figure is within its bound."""
        return self.most is None or self.figure <= self.most


def lines(*folders: str) -> int:
    """Lines of Python below folders; of the packages and entry modules when none is named."""
    return sum(len(path.read_text("utf-8").splitlines()) for path in sources(*folders))


def modules_by_folder() -> Counter[str]:
    """Modules that stand directly in each folder of the packages; `__init__` does not count."""
    return Counter(
        path.parent.relative_to(ROOT).as_posix()
        for path in sources()
        if path.name != "__init__.py" and path.parent != ROOT and "migrations" not in path.parts
    )


def spelled_kinds() -> Iterator[str]:
    """Places outside engine/actions where an action kind is spelled."""
    for path in sources():
        if not path.is_relative_to(ROOT / "engine" / "actions"):
            yield from (f"{path.relative_to(ROOT)}:{line}" for line in spelled(path.read_text("utf-8")))


def spelled(source: str) -> list[int]:
    """Lines on which a string spells an action kind: as a whole, or quoted within, as SQL has it. Docstrings may."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
        if _SPELLED.search(node.value)
    ]


def positional_reads() -> Iterator[str]:
    """Rows read by number, or taken apart into three names or more, in code that talks to the database."""
    for path in sources("adapters", "app", "api"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if _by_number(node) or _taken_apart(node):
                yield _place(path, node)


def _by_number(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and bool(_ROW.search(node.value.id))
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
    )


def _taken_apart(node: ast.AST) -> bool:
    if not isinstance(node, (ast.For, ast.comprehension)):
        return False
    executed = isinstance(node.iter, ast.Call) and ".execute(" in f"{ast.unparse(node.iter)}"
    return executed and isinstance(node.target, ast.Tuple) and len(node.target.elts) > 2


def unformatted(*folders: str) -> Iterator[str]:
    """Places that the formatter is told to leave alone."""
    for path in sources(*folders):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if "# fmt: " in line:
                yield f"{path.relative_to(ROOT)}:{number}"


def _place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def _counted(name: str, places: Callable[[], Iterator[str]], most: int) -> Measure:
    found = tuple(places())
    return Measure(name, len(found), most, found)


def measures() -> list[Measure]:
    """Everything that is measured, in the order in which it is shown."""
    folders = modules_by_folder()
    largest = tuple(f"{folder} {count}" for folder, count in folders.most_common(5))
    found = circles(imports())
    upward = [group for package in PACKAGES for group in circles(rooms(package))]
    return [
        Measure("lines of code", lines()),
        Measure("lines of tests", lines("tests")),
        Measure("modules", len(imports())),
        Measure("modules in the fullest folder", max(folders.values()), MODULES, largest),
        Measure("floors of engine", floors(rooms("engine")), 7),
        Measure("import circles of modules", len(found), 0, tuple(" ".join(group) for group in found)),
        Measure("import circles of rooms", len(upward), None, tuple(" ".join(group) for group in upward)),
        _counted("rows read by position", positional_reads, 0),
        _counted("action kinds spelled outside engine/actions", spelled_kinds, 0),
        _counted("places the formatter must leave alone", lambda: unformatted(*PACKAGES, "tests"), 39),
    ]


def main() -> int:
    """Print the measures; 1 when one is over its bound."""
    found = measures()
    table = Table("measure", "figure", "at most", Column("where", overflow="fold"))
    for measure in found:
        shown = "\n".join(measure.places[:5]) + ("\n..." if len(measure.places) > 5 else "")
        figure = f"{measure.figure:,}" if measure.holds else f"[bold red]{measure.figure:,}"
        table.add_row(measure.name, figure, "" if measure.most is None else str(measure.most), shown)
    Console().print(table)
    return 0 if all(measure.holds for measure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
