"""Until when each invoice must be in KSeF: announced outages from a file, terms from the parameters of the law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from documents.register.sending import Sending
from engine.errors import InvalidInput
from engine.field_messages import first_message
from engine.law.law import Law
from engine.law.tax.jpk_marker import Marker, jpk_marker
from engine.law.tax.offline24 import OUTAGES, Deadline, Outage, Terms, deadline


@dataclass(frozen=True, slots=True)
class OfflineDeadline:
    """A document, its deadline, and whether it was missed: not accepted, and the last day to send is over."""

    sending: Sending
    deadline: Deadline
    late: bool

    @property
    def jpk(self) -> Marker | None:
        """What its row of JPK_V7 carries as things are; None for a rejected document, which was not issued."""
        if self.sending.state == "rejected":
            return None
        return jpk_marker(self.deadline.mode, numbered=self.sending.ksef_number is not None)


class _OutageSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(OUTAGES))
    first = fields.Date(required=True)
    last = fields.Date(load_default=None, allow_none=True)

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
        loaded = _OutagesSchema().load(yaml.load(path.read_text("utf-8"), yaml.BaseLoader))  # noqa: S506  plain text
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}.", field="KSEF_OUTAGES") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: not valid YAML: {error}", field="KSEF_OUTAGES") from error
    except ValidationError as error:
        name, problem = first_message(error.messages_dict)
        raise InvalidInput(f"{path}: {name}: {problem}", field=name) from error
    return tuple(loaded["outages"])


def terms_of(law: Law) -> Terms:
    """The terms of Polish law. Raises NotFound."""
    return Terms(
        law.parameter("ksef_offline_working_days", int), law.parameter("ksef_failure_working_days", int), law.days_off
    )


def offline_deadlines(
    sendings: Sequence[Sending], outages: Sequence[Outage], terms: Terms, today: dt.date
) -> Sequence[OfflineDeadline]:
    """Documents with their deadlines. Raises ParameterMissing and ParameterNotVerified."""
    found = []
    for sending in sendings:
        until = deadline(sending.issue_date, outages, terms)
        found.append(OfflineDeadline(sending, until, late=sending.state != "accepted" and until.passed(today)))
    return found
