"""Rulesets in requests and answers."""

from __future__ import annotations

from typing import Any, Final

import marshmallow as ma
from marshmallow import fields, validate

from api.v1.schemas.fields import TEXT_PATTERN, Day, choice, word
from engine.ruleset.versions import STATUSES

LANGUAGES: Final = ("pl", "en")
_ANY: Final[dict[str, Any]] = {"description": "Plain data."}


class RulesetSearch(ma.Schema):
    """Which versions to list."""

    status = choice(*STATUSES)
    effective_on = Day(description="Only versions that decide on this day.")
    after = fields.String(
        validate=[validate.Length(1, 500), validate.Regexp(TEXT_PATTERN)],
        metadata={"description": "Cursor from `next` of the page before."},
    )
    limit = fields.Integer(validate=validate.Range(1, 200))


class Language(ma.Schema):
    """Which language to answer in."""

    language = choice(*LANGUAGES, description="Polish (the default) or English.")


class DiffQuery(Language):
    """Which version to compare with."""

    against = fields.Integer(
        required=True,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "Number of the earlier version of the same ruleset."},
    )


class DraftQuery(ma.Schema):
    """Why the draft is written."""

    reason = word(longest=500)


class VersionLine(ma.Schema):
    """A version without its text."""

    ruleset = fields.String(required=True)
    number = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    version = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "SHA-256 of its content with its guards; null for a draft."},
    )
    author = fields.String(required=True)
    editors = fields.List(fields.String(), required=True)
    reason = fields.String(required=True, allow_none=True)
    submitted_by = fields.String(required=True, allow_none=True)
    approver = fields.String(required=True, allow_none=True)
    effective_from = Day(required=True, allow_none=True)
    effective_to = Day(
        required=True, allow_none=True, description="First day on which it decides no longer; null: open."
    )
    edition = fields.Integer(required=True, metadata={"description": "Counts changes of this record; the ETag."})
    created_at = fields.DateTime(required=True)
    approved_at = fields.DateTime(required=True, allow_none=True)


class Version(VersionLine):
    """A version with its text as written, and as data when it can be read."""

    body = fields.String(required=True)
    document = fields.Raw(required=True, allow_none=True, metadata=_ANY)


class VersionPage(ma.Schema):
    """One page of versions by ruleset and number; `next` is null on the last."""

    versions = fields.List(fields.Nested(VersionLine), required=True)
    next = fields.String(required=True, allow_none=True)


class VersionList(ma.Schema):
    """Every version of a ruleset, oldest first."""

    versions = fields.List(fields.Nested(VersionLine), required=True)


class Approval(ma.Schema):
    """What is approved, named by its hash, and from when it decides."""

    version = fields.String(
        required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$"), metadata={"description": "The hash that was read."}
    )
    effective_from = Day(required=True)


class Withdrawal(ma.Schema):
    """Why a version is given up or ended."""

    reason = word(required=True, longest=500)


class ProblemLine(ma.Schema):
    """One thing wrong with a document, or a finding about it."""

    message = fields.String(required=True)
    path = fields.String(required=True)
    line = fields.Integer(required=True, allow_none=True)
    hint = fields.String(required=True, allow_none=True)


class FindingLine(ma.Schema):
    """One finding of a lint."""

    lint = fields.String(required=True)
    severity = fields.String(required=True)
    message = fields.String(required=True)
    path = fields.String(required=True)
    line = fields.Integer(required=True, allow_none=True)


class FailedTest(ma.Schema):
    """A comparison that failed, with the value seen."""

    fact = fields.String(required=True)
    operator = fields.String(required=True)
    expected = fields.Raw(required=True, allow_none=True, metadata=_ANY)
    seen = fields.Raw(required=True, allow_none=True, metadata=_ANY)


class Reason(ma.Schema):
    """Why an action of a rule came to nothing."""

    rule = fields.String(required=True)
    action = fields.String(required=True)
    outcome = fields.String(required=True)
    by = fields.String(required=True, allow_none=True)
    failed = fields.List(fields.Nested(FailedTest), required=True)


class CaseLine(ma.Schema):
    """What became of a case."""

    name = fields.String(required=True)
    line = fields.Integer(required=True, allow_none=True)
    expected = fields.List(fields.String(), required=True)
    got = fields.List(fields.String(), required=True)
    green = fields.Boolean(required=True)
    why = fields.List(fields.Nested(Reason), required=True)


class CheckAnswer(ma.Schema):
    """Whether a version may be submitted, and everything that speaks against it."""

    green = fields.Boolean(required=True)
    problems = fields.List(fields.Nested(ProblemLine), required=True)
    findings = fields.List(fields.Nested(FindingLine), required=True)
    cases = fields.List(fields.Nested(CaseLine), required=True)


class SentenceLine(ma.Schema):
    """A rule or guard, said."""

    id = fields.String(required=True)
    sentence = fields.String(required=True)


class Sentences(ma.Schema):
    """Every rule, then every guard, as a sentence."""

    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    sentences = fields.List(fields.Nested(SentenceLine), required=True)


class ChangeLine(ma.Schema):
    """One difference that matters for decisions."""

    kind = fields.String(required=True)
    where = fields.String(
        required=True, metadata={"description": "Rule, guard or stage; empty for the ruleset itself."}
    )
    detail = fields.String(required=True, metadata={"description": "The fact, action or setting."})
    old = fields.Raw(required=True, allow_none=True, metadata=_ANY)
    new = fields.Raw(required=True, allow_none=True, metadata=_ANY)
    sentence = fields.String(required=True)


class Difference(ma.Schema):
    """What the later version decides differently."""

    ruleset = fields.String(required=True)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)
    changes = fields.List(fields.Nested(ChangeLine), required=True)
