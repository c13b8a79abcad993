"""`schedule:` of company.yaml: when books are synchronized and days decided."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields, post_load, validate

from engine.execution.occurrences import HOURLY, Plan


class _Times(fields.Field[object]):
    """'hourly', a time of day, or several."""

    def _deserialize(self, value: object, *_: object, **__: object) -> object:
        if value == HOURLY:
            return HOURLY
        return tuple(sorted(_time(one) for one in (value if isinstance(value, list) else [value])))


class _Time(fields.Field[time]):
    def _deserialize(self, value: object, *_: object, **__: object) -> time:
        return _time(value)


class _Zone(fields.Field[ZoneInfo]):
    def _deserialize(self, value: object, *_: object, **__: object) -> ZoneInfo:
        try:
            return ZoneInfo(str(value))
        except (ValueError, KeyError, OSError) as error:  # an absolute path, an unknown name, the name of a folder
            raise ValidationError(f"'{value}' is not a time zone; write one such as Europe/Warsaw.") from error


def _time(value: object) -> time:
    try:
        if isinstance(value, str) and len(value) == len("06:30"):
            return time.fromisoformat(value)
    except ValueError:
        pass  # said below
    raise ValidationError(f'{value!r} is not a time of day; write it in quotes, such as "06:30".')


class ScheduleSchema(Schema):
    """Reads a schedule as an engine.execution.occurrences.Plan; the defaults are the plan of a company without one."""

    sync = _Times(load_default=HOURLY)
    run = _Time(allow_none=True, load_default=None)
    zone = _Zone(load_default=ZoneInfo("Europe/Warsaw"))
    days = fields.String(load_default="working", validate=validate.OneOf(("working", "daily")))

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Plan:
        return Plan(**data)
