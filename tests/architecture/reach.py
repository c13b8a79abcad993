"""Which definitions of the product are reached from its entry points: a graph of names over the syntax trees.

A function or class is reached when reached code names it; a method when, besides, reached code has an attribute of its
name. Imports alone reach nothing. It errs on the side of reaching: two methods of one name are not told apart.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

#: Module and name of a definition; '' stands for what a module does when it is imported.
Place = tuple[str, str]
_DEFINITIONS: Final = (ast.FunctionDef, ast.ClassDef)


@dataclass(slots=True)
class _Uses:
    """What a piece of code uses: definitions, and attributes of values that are not known."""

    places: set[Place] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)


class _Graph:
    """Every definition of the sources with what it uses."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.uses: dict[Place, _Uses] = defaultdict(_Uses)
        #: Public methods by the class they are of.
        self.methods: dict[Place, list[Place]] = defaultdict(list)
        self._modules = set(sources)
        for module, source in sources.items():
            self._read(module, _parsed(source))

    def _read(self, module: str, tree: ast.Module) -> None:
        names = dict(self._imported(tree))
        for node in tree.body:
            names.update({name: (module, name) for name in _defined(node)})
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                self._read_class(module, node, names)
            for name in _defined(node) or [""]:
                self._use((module, name), _outside_methods(node), names)

    def _read_class(self, module: str, node: ast.ClassDef, names: Mapping[str, Place]) -> None:
        for method in _methods(node):
            place = (module, f"{node.name}.{method.name}")
            self.methods[module, node.name].append(place)
            self._use(place, [method], names)

    def _use(self, place: Place, nodes: Iterable[ast.AST], names: Mapping[str, Place]) -> None:
        uses = self.uses[place]
        for part in (part for node in nodes for part in ast.walk(node)):
            if isinstance(part, ast.Name) and part.id in names:
                uses.places.add(names[part.id])
            elif isinstance(part, ast.Attribute):
                uses.attributes.add(part.attr)
                if isinstance(part.value, ast.Name) and names.get(part.value.id, ("", "x"))[1] == "":
                    uses.places.add((names[part.value.id][0], part.attr))

    def _imported(self, tree: ast.Module) -> Iterator[tuple[str, Place]]:
        """What imports, late ones too, make names stand for: a definition, or a module with the name ''."""
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    place = (whole, "") if whole in self._modules else (node.module, alias.name)
                    yield alias.asname or alias.name, place

    def reached(self, roots: Iterable[str]) -> set[Place]:
        """Every definition that is reached when all of the root modules is."""
        wanted = [place for place in self.uses if place[0] in set(roots)]
        found: set[Place] = set()
        attributes: set[str] = set()
        while wanted:
            while wanted:
                place = wanted.pop()
                if place in found or place not in self.uses:
                    continue
                found.add(place)
                attributes |= self.uses[place].attributes
                wanted += [*self.uses[place].places, (place[0], "")]
            wanted = [
                method
                for owner in found & set(self.methods)
                for method in self.methods[owner]
                if method not in found and _name(method) in attributes
            ]
        return found


def unreached(sources: Mapping[str, str], roots: Iterable[str], package: str) -> set[str]:
    """Public functions, classes and methods of a package that nothing reaches from the root modules, as module.name.

    `sources`: text of every module of the product, by its dotted name.
    """
    graph = _Graph(sources)
    found = graph.reached(roots)
    public = {place for place in graph.uses if place[0].startswith(f"{package}.") and _is_public(sources, place)}
    return {f"{module}.{name}" for module, name in public - found}


@cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def _is_public(sources: Mapping[str, str], place: Place) -> bool:
    module, name = place
    definition = name.partition(".")[0]
    defined = f"def {definition}(" in sources[module] or f"class {definition}" in sources[module]
    return bool(name) and defined and not any(part.startswith("_") for part in name.split("."))


def _name(method: Place) -> str:
    return method[1].rpartition(".")[2]


def _defined(node: ast.stmt) -> list[str]:
    """The names that a statement of a module defines."""
    if isinstance(node, _DEFINITIONS):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """Methods that are called by their name; others are reached with their class."""
    return [one for one in node.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("__")]


def _outside_methods(node: ast.stmt) -> list[ast.AST]:
    """A statement without imports, and a class without its methods."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return []
    if not isinstance(node, ast.ClassDef):
        return [node]
    methods = _methods(node)
    return [*node.bases, *node.keywords, *node.decorator_list, *(one for one in node.body if one not in methods)]
