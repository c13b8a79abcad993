"""Reading what was sent, strictly: what cannot be understood or kept is refused with the place named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

import marshmallow as ma
from flask import Request, request
from typing_extensions import override
from webargs.flaskparser import FlaskParser

from api.problems import FieldError, Problem, invalid
from engine.field_messages import dotted, flat_messages

JSON: Final = "application/json"
YAML: Final = "application/yaml"
_DIGITS: Final = 18
_UNKNOWN: Final[dict[str, str | None]] = {
    "json": ma.RAISE,
    "query": ma.RAISE,
    "headers": ma.EXCLUDE,
    "view_args": ma.RAISE,
    "path": ma.RAISE,
    "form": ma.RAISE,
    "querystring": ma.RAISE,
    "json_or_form": ma.RAISE,
    "cookies": ma.EXCLUDE,
    "files": ma.RAISE,
}


class StrictParser(FlaskParser):
    """webargs with our reading of JSON and our refusals; unknown query parameters are refused too."""

    DEFAULT_UNKNOWN_BY_LOCATION = _UNKNOWN

    def _raw_load_json(self, req: Request) -> Any:
        require_media_type(JSON)
        return json_value(req.get_data())

    @override
    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Refuse with every field named."""
        messages: Any = error.messages
        if isinstance(messages, dict) and len(messages) == 1:  # webargs wraps them in the location
            messages = next(iter(messages.values()))
        raise invalid(FieldError(dotted(path) or "body", said) for path, said in flat_messages(messages))


def require_media_type(*allowed: str) -> str:
    """The request's media type. Raises 415 when it is none of those allowed."""
    if request.mimetype not in allowed:
        seen = request.mimetype or "nothing"
        raise Problem(415, "unsupported_media_type", f"Send {' or '.join(allowed)} as Content-Type, not {seen}.")
    return request.mimetype


def text_value(data: bytes) -> str:
    """UTF-8 text that can be stored. Raises 400 naming the byte, 422 for NUL."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "not_utf8", f"The body is not UTF-8 at byte {error.start}.") from error
    refuse_unstorable(text, "body")
    return text


def json_value(data: bytes) -> Any:
    """Plain data from a JSON body.

    Raises 400 naming line and column for bad JSON, a key given twice, NaN, too deep nesting; 422 for a number that is
    too long and, naming the field, for text that cannot be stored.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except UnicodeDecodeError as error:
        raise Problem(400, "not_utf8", f"The body is not UTF-8 at byte {error.start}.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, "invalid_json", f"The body is not JSON: {error.msg} at {where}.") from error
    except RecursionError as error:
        raise Problem(400, "invalid_json", "The body is nested too deeply.") from error
    refuse_unstorable(value, "")
    return value


def refuse_unstorable(value: Any, path: str) -> None:
    """Raise 422 when a text inside holds a NUL or half a surrogate pair: no database keeps those."""
    errors = [
        FieldError(where or "body", "This text holds a character that cannot be stored (NUL or a lone surrogate).")
        for where, text in _texts(value, path)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
    ]
    if errors:
        raise invalid(errors)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield path, key
            yield from _texts(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{path}.{index}" if path else str(index))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Problem(400, "invalid_json", f"The key '{_shown(twice)}' stands twice in one object.")
    return found


def _constant(text: str) -> NoReturn:
    raise Problem(400, "invalid_json", f"{text} is not JSON.")


def _integer(text: str) -> int:
    if len(text) > _DIGITS + 1:
        raise invalid([FieldError("body", f"The number {text[:12]}... is longer than {_DIGITS} digits.")])
    return int(text)


def _shown(key: str) -> str:
    return key.encode("ascii", "backslashreplace").decode()[:80]
