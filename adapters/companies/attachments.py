"""`attach:` and `attachments:` of company.yaml: whether reminders carry the PDFs of invoices, and how much of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from documents.fields import Whole
from engine.actions import REMIND

_MEGABYTE: Final = 1 << 20
#: What can be attached.
CHOICES: Final = REMIND.parameters["attach"].choices


@dataclass(frozen=True, slots=True)
class AttachmentLimits:
    """Bytes of one PDF, of all in a message, and how many there are at most. Mail servers take 25 MB or less, and a
    message is a third longer than what it carries."""

    largest: int = 5 * _MEGABYTE
    together: int = 10 * _MEGABYTE
    most: int = 50


#: Of a company that sets none.
USUAL_LIMITS: Final = AttachmentLimits()


class Attached(fields.Field[tuple[str, ...]]):
    """One word, or a list of them."""

    def _deserialize(self, value: Any, *_: object, **__: object) -> tuple[str, ...]:
        words = value if isinstance(value, list) else [value]
        for word in words:
            if word not in CHOICES:
                raise ValidationError(f"'{word}' cannot be attached; there is {', '.join(CHOICES)}.")
        return tuple(dict.fromkeys(words))


class AttachmentLimitsSchema(Schema):
    """`largest_mb` of one file, `together_mb` of all, `most` files."""

    largest_mb = Whole(load_default=5, validate=validate.Range(1, 20))
    together_mb = Whole(load_default=10, validate=validate.Range(1, 20))
    most = Whole(load_default=50, validate=validate.Range(1, 200))

    @validates_schema
    def _one_fits(self, data: dict[str, Any], **_: object) -> None:
        if data["largest_mb"] > data["together_mb"]:
            raise ValidationError("Is more than together_mb.", "largest_mb")

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> AttachmentLimits:
        return AttachmentLimits(data["largest_mb"] * _MEGABYTE, data["together_mb"] * _MEGABYTE, data["most"])
