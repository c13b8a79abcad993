"""Problem documents (RFC 9457) in the OpenAPI document; api/problems.py makes them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields


class FieldProblem(ma.Schema):
    """One thing wrong with the request."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class ProblemDocument(ma.Schema):
    """Why a request was refused. `code` is stable; `correlation_id` finds the request in the log; `rule` is the rule
    that forbids issuing a document, where one does."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblem), required=True)
    correlation_id = fields.String(required=True)
    rule = fields.String()
