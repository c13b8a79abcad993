"""What an evaluation answers: the shape of engine.decisions.explanation.evaluation_json."""

from __future__ import annotations

from typing import Any, Final, get_args

import marshmallow as ma
from marshmallow import fields, validate

from api.v1.schemas.fields import Day, currency
from engine.actions import KINDS
from engine.ruleset.model import GuardEffect
from engine.ruleset.outcome import OutcomeName

_VALUE: Final[dict[str, Any]] = {
    "description": "A value of the fact: money as amount and currency, dates as ISO text; a list where several."
}
_SUBJECTS: Final = ("item", "customer")


class TestLine(ma.Schema):
    """One comparison with the value seen. `gap`: how much is missing where an ordering test failed."""

    __test__ = False  # not a pytest class

    fact = fields.String(required=True)
    operator = fields.String(required=True)
    expected = fields.Raw(required=True, allow_none=True, metadata=_VALUE)
    seen = fields.Raw(required=True, allow_none=True, metadata=_VALUE)
    passed = fields.Boolean(required=True)
    gap = fields.Raw(required=True, allow_none=True, metadata=_VALUE)


class Action(ma.Schema):
    """What a rule asks for, and the settings it was given."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    params = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class MoneyShown(ma.Schema):
    """An amount in major units with all digits of its currency."""

    amount = fields.String(required=True)
    currency = currency(required=True)


class VerdictLine(ma.Schema):
    """What became of one action of one rule for one item or customer, and why.

    `by`: the rule or guard that outranked, forbade or deferred it; `until`: the day to look again.
    """

    subject = fields.String(required=True, validate=validate.OneOf(_SUBJECTS))
    key = fields.String(required=True)
    rule = fields.String(required=True)
    action = fields.Nested(Action, required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(get_args(OutcomeName)))
    by = fields.String(required=True, allow_none=True)
    until = Day(required=True, allow_none=True)
    tests = fields.List(fields.Nested(TestLine), required=True)


class DecisionLine(ma.Schema):
    """One action to take, with the rules, the items it covers and the verdicts behind it."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    stage = fields.String(required=True, allow_none=True)
    action = fields.Nested(Action, required=True)
    rules = fields.List(fields.String(), required=True)
    items = fields.List(fields.String(), required=True)
    verdicts = fields.List(fields.Nested(VerdictLine), required=True)


class GuardLine(ma.Schema):
    """A guard that holds for the customer: the kinds of action it stops (none named: all), and its basis."""

    id = fields.String(required=True)
    effect = fields.String(required=True, validate=validate.OneOf(get_args(GuardEffect)))
    kinds = fields.List(fields.String(), required=True)
    because = fields.String(required=True)


class EvaluationAnswer(ma.Schema):
    """What is decided for a customer on a day, and why.

    `others`: with `explain`, every verdict that led to nothing. `guards`: with `explain`, those over the customer,
    whatever rules match. `next_change`: the first day within a year on which the answer changes if only time passes.
    `reinstate_amount`: what a suspended customer must pay to be reinstated.
    `assumed`: for supplied facts, per subject, what was filled in.
    """

    customer = fields.String(required=True)
    as_of = Day(required=True)
    ruleset = fields.String(required=True)
    version = fields.String(required=True)
    ledger_currency = currency(required=True)
    decisions = fields.List(fields.Nested(DecisionLine), required=True)
    others = fields.List(fields.Nested(VerdictLine), required=True)
    guards = fields.List(fields.Nested(GuardLine), required=True)
    next_change = Day(required=True, allow_none=True)
    reinstate_amount = fields.Nested(MoneyShown, required=True, allow_none=True)
    assumed = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Raw(metadata=_VALUE))
    )
