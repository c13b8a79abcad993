"""The invoice that a correction or a letter about it names."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields

from documents.fields import Day, Line
from documents.identifiers import require_ksef_number

#: When a correction counts in the VAT books, with the numbers of FA(3) (TTypKorekty).
EFFECTS: Final = {"original": 1, "correction": 2, "other": 3}


class CorrectedSchema(Schema):
    """The invoice that is corrected; without `ksef_number` it was issued outside KSeF."""

    number = Line(required=True, longest=256)
    issue_date = Day(required=True)
    ksef_number = fields.String(load_default=None, validate=require_ksef_number)
