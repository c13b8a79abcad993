"""From when the content of a folder is: by the times of its files, and by what the export itself says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields, post_load, validate

from adapters.finance.contract import Mark
from adapters.finance.csv_folder.model import BooksAt
from engine.errors import AdapterError


class _ColumnSchema(Schema):
    file = fields.String(required=True, validate=validate.Length(min=1))
    name = fields.String(required=True, validate=validate.Length(min=1))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> tuple[str, str]:
        return data["file"], data["name"]


def _zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:  # an absolute path, an unknown name, the name of a folder
        raise ValidationError(f"'{name}' is not a time zone; write one such as Europe/Warsaw.") from error


class BooksAtSchema(Schema):
    """Reads `books_at` of a mapping."""

    marker = fields.String(validate=validate.Length(min=1))
    column = fields.Nested(_ColumnSchema)
    formats = fields.List(fields.String(validate=validate.Length(min=1)))
    zone = fields.String(validate=_zone)
    may_be_old = fields.List(fields.String(validate=validate.Length(min=1)))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> BooksAt:
        for name in {"formats", "may_be_old"} & data.keys():
            data[name] = tuple(data[name])
        return BooksAt(**data)


def ageless(said: BooksAt, files: Collection[str]) -> str | None:
    """Why nothing would tell from when these files are; None: something does."""
    if unknown := set(said.may_be_old).difference(files):
        return f"No table is read from {', '.join(sorted(unknown))}."
    if said.marker is None and said.column is None and set(files) <= set(said.may_be_old):
        return "No file is left that tells how old the books are; leave one out, or name a marker."
    return None


def marks(folder: Path, files: Iterable[str], said: BooksAt, values: Iterable[str]) -> Sequence[Mark]:
    """One mark for each file, for the marker, and for the newest of the `values` of the column that the mapping names.

    The time of a file counts beside a marker as well: a fresh marker says nothing of payments that were written last
    week. Raises AdapterError where a file cannot be read, or nothing can be told by a marker or a column.
    """
    found = [Mark(name, _written(folder / name)) for name in files if name not in said.may_be_old]
    if said.marker is not None:
        found.append(Mark(said.marker, _marked(folder / said.marker, said)))
    if said.column is not None:
        name = ", column ".join(said.column)
        newest = max(_moments(values, said), default=None)
        if newest is None:
            raise AdapterError(f"books_at.column: no value of {name} is a moment or a day. Nothing was imported.")
        found.append(Mark(name, newest))
    return found


def _written(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise AdapterError(f"{path.name} cannot be read: {error.strerror}. Nothing was imported.") from error


def _marked(path: Path, said: BooksAt) -> datetime:
    """What the first line of a marker that is not blank says."""
    try:
        text = path.read_text("utf-8-sig").strip().partition("\n")[0].strip()
    except UnicodeDecodeError as error:
        raise AdapterError(f"books_at.marker: {path.name} is not text. Nothing was imported.") from error
    except OSError as error:
        raise AdapterError(
            f"books_at.marker: {path.name} cannot be read: {error.strerror}. Is the export under way? "
            "Nothing was imported."
        ) from error
    moment = next(_moments([text], said), None)
    if moment is None:
        raise AdapterError(
            f"books_at.marker: {path.name} says '{text[:40]}', which is no moment or day; write it as "
            "2026-11-30T06:15+01:00, or say in books_at.formats how it is written. Nothing was imported."
        )
    return moment


def _moments(values: Iterable[str], said: BooksAt) -> Iterator[datetime]:
    """The moments among texts. A day counts from its beginning: what came later on it may be missing."""
    seen: set[str] = set()
    for value in values:
        text = value.strip()
        if not text or text in seen:
            continue
        seen.add(text)
        moment = _moment(text, said.formats)
        if moment is not None:
            yield (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(said.zone))).astimezone(UTC)


def _moment(text: str, formats: Iterable[str]) -> datetime | None:
    for shape in formats:
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007  the zone is that of the mapping, or in the text
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
