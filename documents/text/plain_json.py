"""A model as JSON and back, whole: dates and decimals keep their types, and nothing but plain data passes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

_KINDS: Final[Mapping[str, Callable[[str], object]]] = {
    "moment": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
    "decimal": Decimal,
}


def write_plain(value: object) -> str:
    """One line of JSON. Raises TypeError for anything that is not dict, list, tuple, str, int, float, bool, None,
    Decimal, date or datetime."""
    return json.dumps(_wrapped(value), ensure_ascii=False, separators=(",", ":"))


def read_plain(text: str | bytes) -> Any:
    """What `write_plain` was given; tuples come back as lists. Raises ValueError."""
    return json.loads(text, object_hook=_unwrapped)


def _wrapped(value: object) -> object:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, Mapping):
        # A mapping is wrapped too, or one with a single key 'day' would come back as a date.
        return {"map": [[_wrapped(key), _wrapped(part)] for key, part in value.items()]}
    if isinstance(value, (list, tuple)):
        return [_wrapped(part) for part in value]
    raise TypeError(f"{type(value).__name__} is not plain data.")


def _unwrapped(wrapped: dict[str, Any]) -> object:
    [(kind, content)] = wrapped.items()
    return dict(content) if kind == "map" else _KINDS[kind](content)
