"""Canonical JSON (RFC 8785) for data without floats.

The standard library's encoder writes exactly the form of RFC 8785 once keys are in UTF-16 order and numbers are
integers in the exact range; it is five times faster than a general canonicalizer, which the tests hold it against.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from archive.errors import EntryInvalid

#: Beyond it a JSON number is not exact everywhere (RFC 8785 section 3.2.2.3, RFC 7493 section 2.2).
INTEGER_LIMIT: Final = 2**53 - 1

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_encode_sorted = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: object, *, field: str) -> bytes:
    """The RFC 8785 bytes of plain data: mappings with text keys, lists, text, integers, flags, null.

    Raises EntryInvalid naming the place below `field` for anything else: a float, a Decimal, a date, an integer
    outside +-(2**53 - 1), text that is not valid Unicode.
    """
    try:
        text = _encode_sorted(value) if _is_exact(value) else _encode(_plain(value, field))
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise EntryInvalid("text with a lone surrogate is not valid Unicode.", field=field) from None


def _is_exact(value: object) -> bool:
    """Whether the encoder can take the value as it is: built-in types only, ASCII keys (their order is that of UTF-16
    in any encoding). Nearly every entry is so; the rest is copied into that form, or refused by name of the place.

    Looks at the types of a container's members together: one by one takes three times as long as writing them."""
    waiting: list[Any] = [[value]]
    while waiting:
        part = waiting.pop()
        if type(part) is dict:
            if not set(map(type, part)) <= _TEXT or not "".join(part).isascii():
                return False
            part = part.values()
        kinds = set(map(type, part))
        if not kinds <= _EXACT:
            return False
        if int in kinds:
            numbers = [inner for inner in part if type(inner) is int]
            if min(numbers) < -INTEGER_LIMIT or max(numbers) > INTEGER_LIMIT:
                return False
        if not kinds.isdisjoint(_CONTAINERS):
            waiting += [inner for inner in part if type(inner) in _CONTAINERS]
    return True


_TEXT: Final = frozenset({str})
_CONTAINERS: Final = frozenset({dict, list, tuple})
_EXACT: Final = _CONTAINERS | {str, int, bool, type(None)}


def _plain(value: object, field: str) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return str.__str__(value)  # a member of an enumeration is its text
    if isinstance(value, int):
        if not -INTEGER_LIMIT <= value <= INTEGER_LIMIT:
            raise EntryInvalid(f"{value} is outside the exact range of JSON numbers; write it as text.", field=field)
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(value[name], f"{field}.{name}") for name in _ordered(value, field)}
    if isinstance(value, list | tuple):
        return [_plain(part, f"{field}[{index}]") for index, part in enumerate(value)]
    kind = type(value).__name__
    raise EntryInvalid(f"{value!r} is {kind}, not text, integer, flag, list or mapping.", field=field)


def _ordered(value: Mapping[object, object], field: str) -> list[str]:
    names: list[str] = []
    for name in value:
        if not isinstance(name, str):
            raise EntryInvalid(f"the key {name!r} is not text.", field=field)
        names.append(name)
    return sorted(names, key=lambda name: name.encode("utf-16-be"))
