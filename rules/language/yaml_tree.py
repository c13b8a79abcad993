"""YAML text into plain data with line numbers, by a subset of YAML that has no surprises.

Refused, with the line: anchors and aliases (so no text can expand), tags, duplicate keys, several documents, nesting
beyond DEPTH_LIMIT, texts beyond SIZE_LIMIT, control characters and lone surrogates. Plain words are flags only when
they are yes, no, true or false (so NO stays Norway); whole numbers are integers; everything else, dates and fractions
included, stays text that the reader of the value judges. JSON is read by the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from engine.errors import RuleProblem, RulesetInvalid
from rules.language.problems import Path, path_text

SIZE_LIMIT: Final = 256 * 1024
DEPTH_LIMIT: Final = 32

_FLAGS: Final = {
    word: value
    for words, value in ((("yes", "true"), True), (("no", "false"), False))
    for word in (*words, *(w.title() for w in words))
}
_NULLS: Final = frozenset({"", "~", "null"})
#: Longer numbers stay text: no fact holds them.
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Tree:
    """A document as dict, list, str, int, bool and None; `lines` gives the line (from 1) of every key and value."""

    data: Any
    lines: dict[Path, int]
    file: str = ""


@dataclass(slots=True)
class _Open:
    """A mapping or list being read."""

    path: Path
    value: dict[str, Any] | list[Any]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)

    def refuse(self, message: str, line: int, hint: str | None = None) -> RulesetInvalid:
        path = path_text(self.stack[-1].path) if self.stack else ""
        return RulesetInvalid((RuleProblem(message, path=path, file=self.file, line=line, hint=hint),))

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self.refuse("Anchors and aliases are not allowed.", line, "Write the value out.")
        if getattr(event, "tag", None) and getattr(event, "tag", None) != "!":
            raise self.refuse("Tags such as '!!python' are not allowed.", line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            if len(self.stack) >= DEPTH_LIMIT:
                raise self.refuse(f"The document is nested more than {DEPTH_LIMIT} deep.", line)
            self.stack.append(_Open(self._place(container, line), container))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        parent = self.stack[-1] if self.stack else None
        text = event.value
        if _CONTROL.search(text):
            raise self.refuse("The text has a control character.", line)
        if parent is None or not isinstance(parent.value, dict) or parent.key is not None:
            self._place(_resolve(text) if event.implicit[0] and not event.style else text, line)
        elif text in parent.value:
            first = self.lines[(*parent.path, text)]
            raise self.refuse(f"The key '{text}' is written twice; first on line {first}.", line)
        else:
            parent.key = text
            self.lines[(*parent.path, text)] = line

    def _place(self, value: Any, line: int) -> Path:
        if not self.stack:
            if self.documents:
                raise self.refuse("There is more than one document in the text.", line, "Keep one for each file.")
            self.documents.append(value)
            self.lines[()] = line
            return ()
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            path: Path = (*parent.path, len(parent.value))
            parent.value.append(value)
        elif parent.key is None:
            raise self.refuse("A key must be a plain word.", line)
        else:
            path = (*parent.path, parent.key)
            parent.value[parent.key] = value
            parent.key = None
        self.lines.setdefault(path, line)
        return path


def _resolve(text: str) -> str | int | bool | None:
    if text in _NULLS:
        return None
    if text in _FLAGS:
        return _FLAGS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def _events(text: str, builder: _Builder) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"This is not YAML: {error.problem or error.context}."
        hint = "Indent with spaces, not tabs." if "\\t" in problem or "'\t'" in problem else None
        raise builder.refuse(problem, mark.line + 1 if mark else 1, hint) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise builder.refuse("The text has a character that YAML does not allow.", 1) from error


def read_tree(text: str, *, file: str = "") -> Tree:
    """Read one YAML (or JSON) document. Raises RulesetInvalid naming file and line."""
    builder = _Builder(file)
    if len(text) > SIZE_LIMIT or len(text.encode("utf-8", "surrogatepass")) > SIZE_LIMIT:
        raise builder.refuse(f"The document is larger than {SIZE_LIMIT // 1024} KiB.", 1)
    for event in _events(text, builder):
        builder.take(event)
    if not builder.documents:
        raise builder.refuse("The document is empty.", 1)
    return Tree(builder.documents[0], builder.lines, file)
