"""Jinja2 with everything taken away that wording does not need.

Jinja's own sandbox lets a template call methods of what it is given, loop over huge ranges and multiply text. Here a
template reads plain data by key, branches, loops over lists of the model, and uses our filters; any other syntax is
refused when it is read. Nothing it may write makes a value larger, what it writes is bounded in bytes, and its loops
and comparisons are counted (documents.text.work).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.text.formats import formats
from documents.text.work import count_work
from engine.errors import InvalidInput

_ALLOWED: Final[tuple[type[nodes.Node], ...]] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.Filter, nodes.Keyword, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr,
)  # fmt: skip

#: How deep an expression or branches may be nested, and how large a number may be.
_DEEPEST: Final = 40
_LARGEST: Final = 10**18
#: Bytes of UTF-8 one template may write.
OUTPUT_LIMIT: Final = 1 << 20
#: What Jinja gives every template besides the model; reading it tells about Jinja, not about the document.
_NOT_OURS: Final = ("self", "loop", "super", "caller", "varargs", "kwargs")
_LONGEST_ERROR: Final = 300
#: What comes of a template that is wrong for its model: Jinja's own errors, and what our filters and Python's compiler
#: raise for values they cannot take (too deep, too long a number, no amount, no date, no such form of a word).
_WRONG: Final = (
    TemplateError,
    TypeError,
    LookupError,
    ValueError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    SyntaxError,
)


class WordingEnvironment(ImmutableSandboxedEnvironment):
    """The environment of one language: no globals, no tests, only our filters; `a.b` is always the key 'b' of a.

    `deepest_loop`: how many loops may stand inside each other; it bounds the time a template can take.
    """

    def __init__(self, language: str, *, autoescape: bool = False, deepest_loop: int = 1) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=autoescape, trim_blocks=True, lstrip_blocks=True)
        self.deepest_loop = deepest_loop
        self.globals.clear()
        self.tests.clear()
        self.filters.clear()
        self.filters.update(filters_of(language))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An entry of a mapping or a sequence; nothing else of an object can be reached."""
        if isinstance(obj, Mapping) or (isinstance(obj, Sequence) and isinstance(argument, int)):
            try:
                return obj[argument]
            except LookupError:
                pass
        return self.undefined(obj=obj, name=argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The same: keys, never attributes."""
        return self.getitem(obj, attribute)


def filters_of(language: str) -> dict[str, Callable[..., Any]]:
    """The filters wording may use: money, date, short_date, days, plural(one=, few=, many=, other=), count."""
    style = formats(language)
    return {
        "money": style.money,
        "date": style.date,
        "short_date": style.short_date,
        "days": style.count_days,
        "plural": style.plural,
        "count": len,
    }


def compile_template(environment: WordingEnvironment, source: str, where: str) -> Template:
    """A template checked against the allow-list. Raises InvalidInput naming `where` and the line."""
    try:
        tree = environment.parse(source)
        _check(tree, environment, where, loops=0, depth=0)
        count_work(tree, environment)
        return environment.from_string(tree)
    except _WRONG as error:
        raise _refused(error, where) from error


def _refused(error: Exception, where: str) -> InvalidInput:
    told = f"{error}" if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
    return InvalidInput(f"{where}: {told[:_LONGEST_ERROR]}", field=where)


def _check(node: nodes.Node, environment: WordingEnvironment, where: str, loops: int, depth: int) -> None:
    line = f"{where}, line {getattr(node, 'lineno', 0)}"
    if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
        raise InvalidInput(f"{line}: wording may not use '{type(node).__name__.lower()}'.", field=where)
    if isinstance(node, nodes.Filter) and node.name not in environment.filters:
        raise InvalidInput(f"{line}: there is no filter '{node.name}'.", field=where)
    if isinstance(node, nodes.Name) and node.name in _NOT_OURS:
        raise InvalidInput(f"{line}: '{node.name}' is not a field of a model.", field=where)
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise InvalidInput(f"{line}: '{node.attr}' is not a field of a model.", field=where)
    if isinstance(node, nodes.Const) and isinstance(node.value, (int, float)) and not node.value <= _LARGEST:
        raise InvalidInput(f"{line}: a number is larger than {_LARGEST}.", field=where)
    if depth > _DEEPEST:
        raise InvalidInput(f"{line}: this is nested deeper than {_DEEPEST}.", field=where)
    loops += isinstance(node, nodes.For)
    if loops > environment.deepest_loop:
        raise InvalidInput(f"{line}: loops are nested deeper than {environment.deepest_loop}.", field=where)
    for child in node.iter_child_nodes():
        _check(child, environment, where, loops, depth + 1)


def fill(template: Template, data: Mapping[str, Any], where: str, limit: int = OUTPUT_LIMIT) -> str:
    """The template's text. Raises InvalidInput naming `where` for a missing field or more than `limit` bytes."""
    parts: list[str] = []
    size = 0
    try:
        for part in template.generate(data):
            parts.append(part)
            size += len(part.encode())
            if size > limit:
                raise InvalidInput(f"{where}: the text is longer than {OUTPUT_LIMIT} bytes.", field=where)
    except _WRONG as error:
        raise _refused(error, where) from error
    return "".join(parts)
