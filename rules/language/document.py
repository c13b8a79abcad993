"""The shape of a ruleset document and of a guards document: keys, plain types, required or not.

What the shapes mean (facts, operators, actions, cases) is read afterwards by conditions.py, actions.py and cases.py.
"""

from __future__ import annotations

import re
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from engine.field_messages import WHOLE_OR_ENTRY, flat_messages
from rules.language.problems import Path, Problems, did_you_mean

#: Names of rulesets, rules, guards, stages and wordings: lower case words joined by dots, dashes or underscores.
NAME: Final = r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*"
#: The longest wait or pause that can be written, in days.
DAYS_LIMIT: Final = 3650
UNTILS: Final = ("next_working_day", "next_open_day", "next_contact_hour")

_NAME = validate.Regexp(
    f"^{NAME}\\Z", flags=re.ASCII, error="must be lower case letters and digits joined by . _ or -."
)
_FILLED = validate.Length(min=1, error="must not be empty.")


def _one_of(*words: str) -> validate.OneOf:
    return validate.OneOf(words, error="must be one of: {choices}.")


class _Title(Schema):
    pl = fields.String(required=True, validate=_FILLED)
    en = fields.String(required=True, validate=_FILLED)


class _Ladder(Schema):
    #: A list: it has an order.
    stages = fields.List(fields.Raw(required=True), required=True)
    mode = fields.String(load_default="stepwise", validate=_one_of("stepwise", "most_severe"))
    catch_up = fields.String(load_default="latest", validate=_one_of("skip", "latest", "all"))
    notice = fields.String(load_default=None)
    renamed = fields.Dict(keys=fields.String(validate=_NAME), values=fields.String(allow_none=True), load_default=dict)


class _Rule(Schema):
    id = fields.String(required=True, validate=_NAME)
    for_ = fields.String(required=True, data_key="for", validate=_one_of("item", "customer"))
    when = fields.Raw(required=True)
    then = fields.List(fields.Raw(required=True), required=True, validate=_FILLED)
    because = fields.String(load_default="")


class _Case(Schema):
    name = fields.String(required=True, validate=_FILLED)
    for_ = fields.String(data_key="for", load_default="item", validate=_one_of("item", "customer"))
    given = fields.Dict(keys=fields.String(), load_default=dict)
    sent = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(strict=True, validate=validate.Range(0, DAYS_LIMIT)),
        load_default=dict,
    )
    expect = fields.List(fields.Raw(), required=True)


class RulesetShape(Schema):
    """One ruleset document."""

    ruleset = fields.String(required=True, validate=_NAME)
    title = fields.Nested(_Title, required=True)
    ledger_currency = fields.String(
        required=True, validate=validate.Regexp(r"^[A-Z]{3}\Z", error="must be a currency code such as PLN.")
    )
    jurisdiction = fields.String(required=True)
    priority = fields.Integer(strict=True, load_default=100, validate=validate.Range(0, 1_000_000))
    applies_to = fields.Raw(load_default=None)
    ladder = fields.Nested(_Ladder, load_default=None)
    rules = fields.List(fields.Nested(_Rule), required=True)
    cases = fields.List(fields.Nested(_Case), load_default=list)


class _Guard(Schema):
    id = fields.String(required=True, validate=_NAME)
    for_ = fields.List(
        fields.String(validate=_one_of("item", "customer")), data_key="for", required=True, validate=_FILLED
    )
    forbid = fields.Raw()
    defer = fields.Raw()
    until = fields.String(validate=_one_of(*UNTILS))
    when = fields.Raw(required=True)
    because = fields.String(required=True, validate=_FILLED)


class _GuardCase(Schema):
    name = fields.String(required=True, validate=_FILLED)
    for_ = fields.String(data_key="for", load_default="item", validate=_one_of("item", "customer"))
    action = fields.String(required=True)
    given = fields.Dict(keys=fields.String(), load_default=dict)
    expect = fields.Raw(required=True)


class GuardsShape(Schema):
    """One guards document. `cases_currency`: the ledger currency of its cases; the guards themselves know none."""

    jurisdiction = fields.String(required=True, validate=_NAME)
    guards = fields.List(fields.Nested(_Guard), required=True)
    cases_currency = fields.String(load_default="EUR", validate=validate.Regexp(r"^[A-Z]{3}\Z"))
    cases = fields.List(fields.Nested(_GuardCase), load_default=list)


def load_shape(shape: Schema, data: Any, problems: Problems) -> dict[str, Any]:
    """The document with defaults filled in. Raises RulesetInvalid with everything that is wrong with its shape."""
    loaded: dict[str, Any] = {}
    try:
        loaded = dict(shape.load(data))
    except ValidationError as error:
        for path, message in flat_messages(error.messages, skipped=WHOLE_OR_ENTRY):
            _note(shape, path, message, problems)
    problems.raise_any()
    return loaded


def _note(shape: Schema, path: Path, message: str, problems: Problems) -> None:
    key = path[-1] if path else "document"
    if message == "Unknown field.":
        known = _keys(shape, path[:-1])
        hint = did_you_mean(key, known)
        problems.add(path, f"There is no key '{key}' here.", hint)
    elif message == "Missing data for required field.":
        problems.add(path[:-1], f"The key '{key}' is missing.")
    else:
        problems.add(path, f"'{key}' {_said(message)}")


def _keys(shape: Schema, path: Path) -> list[str]:
    """The keys a mapping at a path may have."""
    for part in (step for step in path if isinstance(step, str)):
        named = {field.data_key or name: field for name, field in shape.fields.items()}
        inner: Any = named[part]
        if isinstance(inner, fields.List):
            inner = inner.inner
        shape = inner.schema
    return [field.data_key or name for name, field in shape.fields.items()]


_WORDS: Final = {
    "Not a valid string.": "must be text; put it in quotes.",
    "Not a valid integer.": "must be a whole number.",
    "Not a valid list.": "must be a list, each entry on its own line with '- '.",
    "Not a valid mapping type.": "must be a mapping of keys to values.",
    "Invalid input type.": "must be a mapping of keys to values.",
    "Field may not be null.": "is empty.",
}


def _said(message: str) -> str:
    return _WORDS.get(message) or message[0].lower() + message[1:]
