"""Counted work: what a wording may do while it is filled, measured in steps and never by a clock.

A permitted template writes no loop in a loop and joins no texts, so only two things may take long: the steps of a loop,
and a comparison of something large. Both are counted, through filters that no template can name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from jinja2 import Environment, TemplateRuntimeError, nodes, pass_context
from jinja2.runtime import Context

#: Steps of one wording; a letter of 5000 rows that shows three days or amounts of each takes about half of them.
WORK_LIMIT: Final = 3_000_000
#: Steps of what takes longer than others: writing a day or an amount, reading a key.
_STEPS_OF: Final[Mapping[type[nodes.Node], int]] = {nodes.Filter: 100, nodes.Getattr: 4, nodes.Getitem: 4}
#: A template spells names without blanks, so it can neither read nor call these.
_LEFT: Final = "work left"
_STEPS: Final = "counted steps"
_SIZE: Final = "counted size"


class Work:
    """What is left of the work of one filling."""

    def __init__(self, limit: int = WORK_LIMIT) -> None:
        self._left = limit

    def take(self, steps: int) -> None:
        """Count steps. Raises TemplateRuntimeError when more are taken than there are."""
        self._left -= steps
        if self._left < 0:
            raise TemplateRuntimeError(f"this takes more than {WORK_LIMIT} steps.")

    def given_to(self, model: Mapping[str, Any]) -> dict[str, Any]:
        """A model with which the filling of a counted template counts."""
        return {**model, _LEFT: self}


def count_work(tree: nodes.Template, environment: Environment) -> None:
    """Let a parsed template count the steps of its loops and the size of what it compares. It does so when it is filled
    with a model out of `Work.given_to`."""
    environment.filters.update({_STEPS: _steps, _SIZE: _size})
    loops = [(loop, _cost_of_step(loop)) for loop in tree.find_all(nodes.For)]
    for loop, cost in loops:
        loop.iter = _filtered(loop.iter, _STEPS, nodes.Const(cost))
    for comparison in list(tree.find_all(nodes.Compare)):
        comparison.expr = _filtered(comparison.expr, _SIZE)
        for operand in comparison.ops:
            operand.expr = _filtered(operand.expr, _SIZE)
    tree.set_environment(environment)


def _cost_of_step(loop: nodes.For) -> int:
    return 1 + sum(map(_cost, loop.body)) + (_cost(loop.test) if loop.test else 0)


def _filtered(value: nodes.Node, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=value.lineno)


def _cost(node: nodes.Node) -> int:
    return _STEPS_OF.get(type(node), 1) + sum(map(_cost, node.iter_child_nodes()))


@pass_context
def _steps(context: Context, values: Iterable[Any], each: int) -> Iterator[Any]:
    work = context.get(_LEFT)
    for value in values:
        if work is not None:
            work.take(each)
        yield value


@pass_context
def _size(context: Context, value: Any) -> Any:
    if (work := context.get(_LEFT)) is not None:
        _take_size(work, value)
    return value


def _take_size(work: Work, value: object) -> None:
    if isinstance(value, str):
        work.take(1 + len(value))
    elif isinstance(value, Mapping):
        work.take(1)
        for part in value.values():
            _take_size(work, part)
    elif isinstance(value, Sequence):
        work.take(1)
        for part in value:
            _take_size(work, part)
    else:
        work.take(1)
