"""The request to the seller of an invoice for a correcting invoice."""

from __future__ import annotations

from documents.fields import Line
from documents.kinds.correcting_note.model import CorrectingNoteSchema


class CorrectionRequestSchema(CorrectingNoteSchema):
    """A request that the seller issue a correcting invoice; it may concern amounts too, and says why."""

    reason = Line(load_default=None, longest=1000)


MODEL = CorrectionRequestSchema
