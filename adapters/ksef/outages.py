"""Announced outages of KSeF, out of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from documents.fields import Day
from documents.text.yaml_text import read_text_tree
from engine.errors import InvalidInput
from engine.field_messages import first_message
from engine.law.tax.offline24 import OUTAGES, Outage


class _OutageSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(OUTAGES))
    first = Day(required=True)
    last = Day(load_default=None, allow_none=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: object) -> None:
        if data["last"] is not None and data["last"] < data["first"]:
            raise ValidationError("Lies before first.", "last")

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Outage:
        return Outage(**data)


class _OutagesSchema(Schema):
    outages = fields.List(fields.Nested(_OutageSchema), required=True)


def read_outages(path: Path | None) -> tuple[Outage, ...]:
    """Announcements of the ministry: YAML, `outages: [{kind: failure, first: 2026-11-20, last: 2026-11-22}]`, without
    `last` while one lasts. Raises InvalidInput naming file and field."""
    if path is None:
        return ()
    try:
        loaded = _OutagesSchema().load(read_text_tree(path.read_text("utf-8"), str(path), field="KSEF_OUTAGES"))
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}.", field="KSEF_OUTAGES") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: not UTF-8: {error}", field="KSEF_OUTAGES") from error
    except ValidationError as error:
        name, problem = first_message(error.messages_dict)
        raise InvalidInput(f"{path}: {name}: {problem}", field=name) from error
    return tuple(loaded["outages"])
