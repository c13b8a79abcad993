"""YAML or JSON that a person wrote, read as text: no word, number or day turns into anything else by itself.

YAML 1.1 reads 12:30 as 750, 010 as 8, 1_499 as 1499 and no as false. Here every scalar stays what was written, and the
field it is for judges it. Refused, with the line: a key that stands twice, anchors and aliases (a few lines with them
write thousands of millions), tags, a second document, nesting beyond DEPTH_LIMIT, texts beyond SIZE_LIMIT.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from engine.errors import InvalidInput

SIZE_LIMIT: Final = 8 * 1024 * 1024
DEPTH_LIMIT: Final = 32
_NOTHING: Final = frozenset({"", "~", "null"})
_LOADER: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Refused(ValueError):
    """What the text may not have; `line` from 1."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem if line is None else f"line {line}: {problem}")


@dataclass(slots=True)
class _Tree:
    """Dict, list, text and None out of the events of a parser."""

    whole: list[Any] = field(default_factory=list)
    open: list[dict[str, Any] | list[Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("anchors and aliases are not read; write the value out.", line)
        if getattr(event, "tag", None) not in {None, "!"}:
            raise _Refused("tags are not read; write the value alone.", line)
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and not event.style
            self.put(None if plain and event.value in _NOTHING else event.value, line, text=event.value)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self.open) >= DEPTH_LIMIT:
                raise _Refused(f"nested more than {DEPTH_LIMIT} deep.", line)
            value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.put(value, line)
            self.open.append(value)
            self.keys.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
            self.keys.pop()

    def put(self, value: Any, line: int, *, text: str | None = None) -> None:
        """A value where it stands; in a mapping a key first, which is the scalar as it is written."""
        if not self.open:
            if self.whole:
                raise _Refused("there is more than one document in the text.", line)
            self.whole.append(value)
        elif isinstance(self.open[-1], list):
            self.open[-1].append(value)
        elif (key := self.keys[-1]) is not None:
            self.open[-1][key] = value
            self.keys[-1] = None
        elif text is None:
            raise _Refused("a key is a word.", line)
        elif text in self.open[-1]:
            raise _Refused(f"the key '{text}' stands twice.", line)
        else:
            self.keys[-1] = text


def read_text_tree(text: str, where: str, *, field: str | None = None) -> Any:
    """Dict, list, text and None (for `null`, `~` and nothing) of one YAML or JSON document; None for an empty one.

    Raises InvalidInput naming `where` and the line; its `field` is the one given.
    """
    if len(text) > SIZE_LIMIT:
        raise InvalidInput(f"{where} is larger than {SIZE_LIMIT} bytes.", field=field)
    try:
        found, tree = _of_json(text)
        return tree if found else _of_yaml(text)
    except _Refused as error:
        raise InvalidInput(f"{where}: {error}", field=field) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise InvalidInput(f"{where}: neither YAML nor JSON: {error}", field=field) from error


def _of_yaml(text: str) -> Any:
    tree = _Tree()
    for event in yaml.parse(text, Loader=_LOADER):
        tree.take(event)
    return tree.whole[0] if tree.whole else None


def _of_json(text: str) -> tuple[bool, Any]:
    """Whether the text is JSON, and its tree. Only braces and brackets tell: everything else is YAML."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return False, None
    try:
        read = json.loads(
            text.lstrip("\ufeff"), parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once
        )
    except _Refused:
        raise
    except ValueError:
        return False, None
    except RecursionError as error:
        raise _Refused(f"nested more than {DEPTH_LIMIT} deep.") from error
    return True, _words(read, 0)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused(f"the key '{key}' stands twice.")
        found[key] = value
    return found


def _words(value: Any, depth: int) -> Any:
    """The same with `true` and `false` as the words they are."""
    if depth > DEPTH_LIMIT:
        raise _Refused(f"nested more than {DEPTH_LIMIT} deep.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return {key: _words(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_words(part, depth + 1) for part in value]
    return value
