"""The imports of the house as a graph: module -> modules it imports, those for type checking alone included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("engine", "rules", "documents", "archive", "adapters", "api", "app")
ENTRIES: Final = ("wsgi", "worker")

Graph = Mapping[str, frozenset[str]]


def sources(*folders: str) -> Iterator[Path]:
    """The Python files below folders of the house; of every package and entry when none is named."""
    for folder in folders or PACKAGES:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "__pycache__" not in path.parts)
    if not folders:
        yield from (ROOT / f"{entry}.py" for entry in ENTRIES)


@cache
def imports() -> Graph:
    """Every module of the packages with the modules of the packages that it imports anywhere."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=False, cache_dir=None)
    return {module: frozenset(graph.find_modules_directly_imported_by(module)) for module in sorted(graph.modules)}


def rooms(package: str) -> Graph:
    """The same between the files and folders that stand directly in a package."""
    drawn: dict[str, set[str]] = {}
    for module, others in imports().items():
        if here := _room(module, package):
            there = {found for other in others if (found := _room(other, package)) and found != here}
            drawn.setdefault(here, set()).update(there)
    return {name: frozenset(others) for name, others in drawn.items()}


def _room(module: str, package: str) -> str | None:
    head, _, rest = module.partition(f"{package}.")
    return rest.split(".")[0] if rest and not head else None


def components(graph: Graph) -> list[tuple[str, ...]]:
    """Nodes that reach one another, together (Tarjan); each after those that it reaches. A circle is one of several."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            place = stack.index(node)
            found.append(tuple(sorted(stack[place:])))
            del stack[place:]

    for node in graph:
        if node not in index:
            visit(node)
    return found


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """The components of more than one node."""
    return [group for group in components(graph) if len(group) > 1]


def floors(graph: Graph) -> int:
    """The longest chain of nodes of which each imports the next; a circle is as many floors as it has nodes."""
    heights: dict[str, int] = {}
    for group in components(graph):
        below = (heights[other] for node in group for other in graph[node] if other not in group)
        height = len(group) + max(below, default=0)
        heights.update(dict.fromkeys(group, height))
    return max(heights.values(), default=0)
