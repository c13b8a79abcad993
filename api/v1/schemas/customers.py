"""Customers in answers."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from api.v1.schemas.decisions import EvaluationAnswer
from api.v1.schemas.fields import TEXT_PATTERN, Day, WholeNumber, currency, word
from engine.facts.catalogue import CUSTOMER_KINDS

_DECIMAL: dict[str, Any] = {"description": "Decimal string in major units.", "examples": ["1234.50"]}


def _money(**options: Any) -> fields.String:
    return fields.String(metadata=_DECIMAL, **options)


def _number(low: int, high: int) -> fields.Integer:
    return fields.Integer(validate=validate.Range(low, high))


class CustomerSearch(ma.Schema):
    """Which customers to list."""

    q = word(description="A key, a tax id, or part of a name.")
    source = word(description="Only customers of this source.")
    after = fields.String(
        validate=[validate.Length(1, 500), validate.Regexp(TEXT_PATTERN)],
        metadata={"description": "Cursor from `next` of the page before."},
    )
    limit = _number(1, 200)


class CustomerLine(ma.Schema):
    """A customer in a list."""

    source = fields.String(required=True)
    key = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(CUSTOMER_KINDS))
    tax_id = fields.String(required=True, allow_none=True)
    country = fields.String(required=True, allow_none=True)
    segment = fields.String(required=True, allow_none=True)


class CustomerPage(ma.Schema):
    """One page of customers by source and key; `next` is null on the last."""

    customers = fields.List(fields.Nested(CustomerLine), required=True)
    next = fields.String(required=True, allow_none=True)


class StateQuery(ma.Schema):
    """Which source and day."""

    source = word(description="Needed when several sources have the key.")
    as_of = Day(description="The day asked about; today when it is left out.")


class FinancesQuery(StateQuery):
    """Which period and currency."""

    currency = currency(description="Currency of the totals; the ledger's when it is left out.")
    to = Day(description="Last day of the period; `as_of` when it is left out.")
    from_ = Day(data_key="from", attribute="from", description="First day; 365 days before `to` when it is left out.")


class HoldLine(ma.Schema):
    """A hold that is in force; `item` null: on the whole customer."""

    item = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    expires_on = Day(required=True, allow_none=True)


class WhatToDo(ma.Schema):
    """What mends it."""

    pl = fields.String(required=True)
    en = fields.String(required=True)


class DoubtLine(ma.Schema):
    """Why the customer's books are in doubt now: a row that was refused, a sum that does not add up. `customer` null:
    nobody can say whose the row is. `file`, `line`, `column`, `value`: where to look, as far as it is known."""

    customer = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    table = fields.String(required=True)
    key = fields.String(required=True, allow_none=True)
    file = fields.String(required=True)
    line = fields.Integer(required=True, allow_none=True)
    column = fields.String(required=True)
    value = fields.String(required=True)
    reason = fields.String(required=True)
    since = fields.DateTime(required=True)
    do = fields.Nested(WhatToDo, required=True)


class ServiceLine(ma.Schema):
    """A service: what is wanted, and whether it is confirmed."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    desired = fields.String(required=True, validate=validate.OneOf(["active", "suspended"]))
    version = fields.Integer(required=True)
    confirmed = fields.Boolean(required=True)
    since = Day(required=True, allow_none=True)


class StageLine(ma.Schema):
    """The last ladder stage sent for an open item."""

    item = fields.String(required=True)
    document = fields.String(required=True)
    stage = fields.String(required=True)
    sent_on = Day(required=True)


class ActionLine(ma.Schema):
    """An action, newest first, and the rules and version that decided it."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    channel = fields.String(required=True)
    stage = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    as_of = Day(required=True)
    done_on = Day(required=True, allow_none=True)
    rules = fields.List(fields.String(), required=True)
    ruleset = fields.String(required=True)
    version = fields.String(required=True)


class State(ma.Schema):
    """Where a customer stands on a day. `evaluation` is what POST /v1/evaluations answers with `explain`; null with the
    reason beside it when nothing can be decided."""

    source = fields.String(required=True)
    customer = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    as_of = Day(required=True)
    dunning_allowed = fields.Boolean(required=True)
    holds = fields.List(fields.Nested(HoldLine), required=True)
    doubts = fields.List(fields.Nested(DoubtLine), required=True)
    services = fields.List(fields.Nested(ServiceLine), required=True)
    stages = fields.List(fields.Nested(StageLine), required=True)
    actions = fields.List(fields.Nested(ActionLine), required=True)
    last_contact = Day(required=True, allow_none=True)
    evaluation = fields.Nested(EvaluationAnswer, required=True, allow_none=True)
    why_not_evaluated = fields.String(required=True, allow_none=True)


class TurnoverLine(ma.Schema):
    """Sales in one currency."""

    currency = currency(required=True)
    net = _money(required=True)
    gross = _money(required=True)
    documents = WholeNumber(required=True)


class Turnover(ma.Schema):
    """Sales of the period: in the currency of the answer, and as they were."""

    net = _money(required=True)
    gross = _money(required=True)
    by_currency = fields.List(fields.Nested(TurnoverLine), required=True)


class Profit(ma.Schema):
    """Net sales less cost of the documents whose cost is known; null when it is known of none."""

    amount = _money(required=True, allow_none=True)
    documents_without_cost = WholeNumber(required=True)


class AgeLine(ma.Schema):
    """Debt of one age class, in days past due."""

    age = fields.String(required=True)
    amount = _money(required=True)
    items = WholeNumber(required=True)


class CurrencyLine(ma.Schema):
    """Debt in one currency."""

    currency = currency(required=True)
    open = _money(required=True)
    overdue = _money(required=True)
    credits = _money(required=True)


class Debt(ma.Schema):
    """What is owed: total, less credits, by age and by currency."""

    total = _money(required=True)
    credits = _money(required=True)
    balance = _money(required=True)
    by_age = fields.List(fields.Nested(AgeLine), required=True)
    by_currency = fields.List(fields.Nested(CurrencyLine), required=True)


class CreditLimit(ma.Schema):
    """The limit and its use; `limit` null: no limit, which is not limit 0."""

    limit = _money(required=True, allow_none=True)
    used = _money(required=True)
    free = _money(required=True, allow_none=True)
    utilisation_percent = fields.String(required=True, allow_none=True)


class ItemLine(ma.Schema):
    """An open item; not `booked`: we issued it and the books do not know it yet."""

    key = fields.String(required=True)
    document = fields.String(required=True)
    document_kind = fields.String(required=True)
    currency = currency(required=True)
    open = _money(required=True)
    original = _money(required=True)
    issue_date = Day(required=True)
    due_date = Day(required=True)
    days_past_due = fields.Integer(required=True)
    instalment = fields.Boolean(required=True)
    booked = fields.Boolean(required=True)


class PaymentLine(ma.Schema):
    """A payment of the period and what of it settles nothing yet."""

    key = fields.String(required=True)
    paid_on = Day(required=True)
    currency = currency(required=True)
    amount = _money(required=True)
    unallocated = _money(required=True)


class Finances(ma.Schema):
    """A customer's finances; amounts in `currency` are converted at the NBP rate of the last working day before."""

    customer = fields.String(required=True)
    name = fields.String(required=True)
    as_of = Day(required=True)
    from_ = Day(data_key="from", attribute="from", required=True)
    to = Day(required=True)
    currency = currency(required=True)
    turnover = fields.Nested(Turnover, required=True)
    profit = fields.Nested(Profit, required=True)
    debt = fields.Nested(Debt, required=True)
    credit_limit = fields.Nested(CreditLimit, required=True)
    open_items = fields.List(fields.Nested(ItemLine), required=True)
    payments = fields.List(fields.Nested(PaymentLine), required=True)
