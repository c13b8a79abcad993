"""How a file is written, as the mapping says it: for all files, and for one that is different."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import fields as fields_of
from typing import Any, Final
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields, validate

from adapters.finance.csv_folder.model import FileFormat
from adapters.finance.csv_folder.notation.clean import CLEANINGS, Cleaning
from adapters.finance.csv_folder.notation.dates import contradiction
from adapters.finance.csv_folder.notation.encodings import known_encoding

#: Names of all entries.
FORMAT: Final = tuple(one.name for one in fields_of(FileFormat))


def _encoding(name: Any) -> str:
    try:
        return known_encoding(name if isinstance(name, str) else "")
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _separator(value: Any) -> str:
    found = {"tab": "\t", "\\t": "\t"}.get(value, value) if isinstance(value, str) else ""
    if len(found) != 1 or found.isalnum() or found in "\"'.+- \r\n\0":
        raise ValidationError("Write one character that stands between the columns, such as ';' or ',', or tab.")
    return found


def consistent_dates(formats: list[str]) -> None:
    """Raises ValidationError for formats that are none, or that contradict each other."""
    try:
        found = contradiction(formats)
    except ValueError as error:
        raise ValidationError(f"{formats}: {error}.") from error
    if found is not None:
        raise ValidationError(
            f"'{found.first}' and '{found.second}' contradict each other: '{found.text}' would be {found.day} by "
            f"one and {found.other} by the other. Keep one, or give each column its own (dates: beside column:)."
        )


def _words(value: Any) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word.strip() for word in words):
        raise ValidationError("Write a list of words, such as [Razem, Total].")
    return tuple(words)


def _clean(value: Any) -> tuple[Cleaning, ...]:
    """One cleaning or a list of them, each once."""
    found = [_cleaning(one) for one in (value if isinstance(value, list) else [value])]
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValidationError(f"{twice} stands twice.")
    return tuple(found)


def _cleaning(value: Any) -> Cleaning:
    if isinstance(value, str) and value in CLEANINGS and value != "empty_is":
        return Cleaning(value)
    if isinstance(value, dict) and len(value) == 1:
        ((name, more),) = value.items()
        if name == "empty_is":
            if isinstance(more, str) or (isinstance(more, list) and more and all(isinstance(w, str) for w in more)):
                return Cleaning(name, words=(more,) if isinstance(more, str) else tuple(more))
            raise ValidationError("empty_is needs the words that mean nothing, such as {empty_is: [brak, '-']}.")
        if name == "day" and isinstance(more, str):
            return Cleaning(name, zone=_zone(more))
    if value == "empty_is":
        raise ValidationError("empty_is needs the words that mean nothing, such as {empty_is: [brak, '-']}.")
    raise ValidationError(f"'{value}' is no cleaning; known: {', '.join(CLEANINGS)}.")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValidationError(f"'{name}' is no time zone; write one such as Europe/Warsaw.") from error
    return name


class FormatSchema(Schema):
    """What may be said of all files at the top of a mapping, and of one under `files`."""

    encoding = fields.Function(deserialize=_encoding)
    separator = fields.Function(deserialize=_separator)
    dates = fields.List(fields.String(), validate=[validate.Length(min=1), consistent_dates])
    decimal_mark = fields.String(validate=validate.OneOf((".", ",")))
    thousands = fields.String(validate=validate.OneOf(("", " ", ".", ",", "'")))
    final_newline = fields.String(validate=validate.OneOf(("required", "optional")))
    decimals = fields.String(validate=validate.OneOf(("refuse", "round")))
    skip_lines = fields.Integer(validate=validate.Range(0, 1000))
    header = fields.String(validate=validate.OneOf(("first", "find")))
    until = fields.Function(deserialize=_words)
    leave_out = fields.Function(deserialize=_words)
    clean = fields.Dict(fields.String(), fields.Function(deserialize=_clean))


def made(common: Dict[str, Any], own: Dict[str, Any], path: tuple[str, ...]) -> FileFormat:
    """The format of a file out of what is said of all and of this one. Raises ValidationError, with the path to it."""
    given = {**common, **own}
    written = FileFormat(
        **{
            **given,
            **({"dates": tuple(given["dates"])} if "dates" in given else {}),
            "clean": {**common.get("clean", {}), **own.get("clean", {})},
        }
    )
    if written.thousands == written.decimal_mark:
        raise ValidationError(_at((*path, "thousands"), "It cannot be the decimal mark."))
    if written.header == "find" and written.skip_lines:
        raise ValidationError(_at((*path, "skip_lines"), "Say either skip_lines or header: find."))
    return written


def _at(path: tuple[str, ...], message: str) -> dict[str, Any]:
    found: Any = [message]
    for step in reversed(path):
        found = {step: found}
    return {**found}
