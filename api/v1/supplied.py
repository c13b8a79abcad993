"""A case from supplied facts: what follows from the rest is computed, what is assumed is said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import marshmallow as ma

from api.problems import FieldError, invalid
from api.v1.schemas.evaluation import OWN_FACTS
from api.v1.schemas.fields import WrittenAmount
from engine.decisions.explanation import fact_json
from engine.errors import FactInvalid
from engine.facts import build
from engine.facts.case import CustomerCase, Snapshot
from engine.facts.catalogue import BY_NAME
from engine.facts.history import History
from engine.facts.holds import Hold
from engine.facts.inputs import CaseInputs, CustomerInput, Day, ItemInput
from engine.facts.legal import Contact, LegalFacts, unpaid_periods
from engine.money import Money
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset
from rules.parameters.loading import known_law

#: Key of the customer in answers about supplied facts.
CUSTOMER: Final = "supplied"
#: Assumed where the caller says nothing: nothing stands in the way, nothing has happened, there is no service. A reason
#: alone holds nothing, and amounts are in ledger currency, so that every rate is known.
_ASSUMED: Final = CaseInputs(
    CustomerInput(CUSTOMER, dunning_allowed=True, has_email=True), told={"on_hold": False, "rate_known": True}
)
_ASSUMED_OF_ITEM: Final[Mapping[str, FactValue]] = {"document_kind": "invoice", "instalment": False, "disputed": False}
_FOLLOW_FROM_SENT: Final = frozenset(
    {
        "notice_delivered",
        "days_since_notice",
        "suspension_earliest",
        "days_since_suspension_allowed",
        "days_since_contact_allowed",
    }
)
#: Told as steps of history, where stages are told as sent.
_TOLD_AS_HISTORY: Final = frozenset({"stage", "days_in_stage", "days_since_contact"})

_Facts = dict[str, FactValue]


@dataclass(frozen=True, slots=True)
class Supplied:
    """The case and, per subject key, the facts that were filled in, as they are shown."""

    case: CustomerCase
    assumed: Mapping[str, Mapping[str, Any]]


def choosing_facts(facts: Mapping[str, Any]) -> _Facts:
    """The supplied facts that choose a ruleset: those that are not money, with what is assumed."""
    plain = {name: value for name, value in facts.items() if BY_NAME[name].type != "money"}
    return {**build.choosing_facts(_ASSUMED.customer, CUSTOMER), **plain}


def supplied_case(
    facts: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    ruleset: Ruleset,
    as_of: date,
    working_day: Callable[[date, str], bool],
) -> Supplied:
    """The case of a customer described by the request (loaded by EvaluationRequest).

    Totals follow from the items unless they are given. Raises Problem 422 naming the field.
    """
    ledger = ruleset.ledger_currency
    given = _values(facts, ledger, "facts")
    read = [_item(item, index, given, ledger, as_of) for index, item in enumerate(items)]
    _refuse_twice([one.key for one in read])
    inputs = _with_history(_inputs(given, read, ledger, as_of), read, items, ruleset, as_of)
    day = Day(CUSTOMER, as_of, source_age_hours=None, days_since_last_run=None, working_day=working_day)
    legal = LegalFacts(known_law(ruleset.jurisdiction))
    try:
        case = build.build_case(inputs, day, ruleset.ladder, legal, lambda minor, _currency: minor)
    except FactInvalid as error:
        raise invalid([FieldError(f"facts.{error.fact}", f"{error.reason[0].upper()}{error.reason[1:]}.")]) from error
    assumed = {CUSTOMER: _assumed(case.customer, given, ledger)}
    for snapshot, item in zip(case.items, items, strict=True):
        assumed[snapshot.key] = _assumed(snapshot, case.facts.keys() | item["facts"].keys(), ledger)
    return Supplied(case, assumed)


def _inputs(given: Mapping[str, FactValue], items: Sequence[ItemInput], ledger: str, as_of: date) -> CaseInputs:
    """What the builder works from. Without items, each overdue item that is told is a billing period unpaid."""
    limit, credit = _amount(given.get("credit_limit")), _amount(given.get("credit_amount", 0))
    reasons = [(None, given.get("hold_reason")), *((one.key, one.told["hold_reason"]) for one in items)]
    unpaid = unpaid_periods([one.issue_date for one in items if one.due_date < as_of])
    return replace(
        _ASSUMED,
        customer=_ASSUMED.customer._replace(credit_limit=None if limit is None else Money(ledger, limit)),
        items=items,
        holds=[Hold(item, str(reason)) for item, reason in reasons if reason is not None],
        credits=None if credit is None else {ledger: credit},
        unpaid_periods=unpaid if items else _amount(given.get("overdue_count")) or 0,
        told={**_ASSUMED.told, **given},
    )


def _item(item: Mapping[str, Any], index: int, given: Mapping[str, FactValue], ledger: str, as_of: date) -> ItemInput:
    path = f"items.{index}.facts"
    own = _values(item["facts"], ledger, path)
    days, due = own.get("days_past_due"), own.get("due_date")
    if days is None and due is None:
        raise invalid([FieldError(f"{path}.due_date", "Name the due date or the days past due.")])
    days = as_of.toordinal() - int(due or 0) if days is None else int(days)
    if due is not None and int(due) != as_of.toordinal() - days:
        raise invalid([FieldError(f"{path}.days_past_due", "Contradicts the due date.")])
    due_date = _day(as_of, days, f"{path}.days_past_due")
    since_issue = int(own.get("days_since_issue") or max(days, 0))
    own = {**_ASSUMED_OF_ITEM, "currency": ledger, **own, "days_since_issue": since_issue}
    for name in OWN_FACTS:  # a hold on the customer holds every item
        own[name] = own.get(name) or given.get(name, _ASSUMED.told.get(name))
    amount = own.setdefault("open_amount", None)
    return ItemInput(
        key=item["key"],
        document=item.get("document", item["key"]),
        currency=str(own["currency"]),
        open_minor=_amount(amount),
        original_minor=_amount(own.get("original_amount", amount)),
        issue_date=_day(as_of, since_issue, f"{path}.days_since_issue"),
        due_date=due_date,
        document_kind=str(own["document_kind"]),
        claim=None if own.get("claim_kind") is None else str(own["claim_kind"]),
        told=own,
    )


def _with_history(
    inputs: CaseInputs, read: Sequence[ItemInput], items: Sequence[Mapping[str, Any]], ruleset: Ruleset, as_of: date
) -> CaseInputs:
    """What was sent and is pending; the facts that follow from what was sent may not be told beside it."""
    pending = {item["key"]: item["pending"] for item in items if item.get("pending")}
    sent = {item["key"]: steps for index, item in enumerate(items) if (steps := _sent(item, index, ruleset, as_of))}
    if not sent:
        return replace(inputs, history=History(pending_items=pending))
    twice = sorted(_FOLLOW_FROM_SENT & inputs.told.keys())
    if twice:
        raise invalid([FieldError(f"facts.{name}", "Follows from the stages sent.") for name in twice])
    contacts = [Contact(day) for steps in sent.values() for _, day in steps]
    since = inputs.told.get("days_since_contact")
    if since is not None:
        contacts.append(Contact(_day(as_of, int(since), "facts.days_since_contact")))
    return replace(
        inputs,
        items=[one._replace(told=_without_history(one.told)) for one in read],
        history=History(sent, contacts, pending),
        told=_without_history(inputs.told),
    )


def _without_history(told: Mapping[str, FactValue]) -> _Facts:
    return {name: value for name, value in told.items() if name not in _TOLD_AS_HISTORY}


def _sent(item: Mapping[str, Any], index: int, ruleset: Ruleset, as_of: date) -> tuple[tuple[str, date], ...]:
    """The stages sent for an item: as listed, or the one that its facts name."""
    stage, since = item["facts"].get("stage"), item["facts"].get("days_in_stage")
    steps = [
        (step["stage"], step["day"], f"items.{index}.sent.{number}") for number, step in enumerate(item.get("sent", ()))
    ]
    if stage is not None or since is not None:
        path = f"items.{index}.facts.days_in_stage"
        if steps:
            raise invalid([FieldError(path, "Follows from the stages sent; leave one of the two out.")])
        if stage is None or since is None:
            raise invalid([FieldError(path, "The stage and the days in it belong together.")])
        steps = [(stage, _day(as_of, since, path), path)]
    for name, day, path in steps:
        if ruleset.ladder.position(name) < 0 and name not in dict(ruleset.ladder.renamed):
            known = ", ".join(known.name for known in ruleset.ladder.stages)
            raise invalid([FieldError(path, f"'{name}' is no stage of the ladder: {known}.")])
        if day > as_of:
            raise invalid([FieldError(path, "Lies after the day of the evaluation.")])
    return tuple((name, day) for name, day, _ in sorted(steps, key=lambda step: step[1]))


def _values(facts: Mapping[str, Any], ledger: str, path: str) -> dict[str, FactValue]:
    """Loaded fields in the engine's form: money in minor units of the ledger currency, dates as ordinals."""
    values: dict[str, FactValue] = {}
    errors = []
    for name, value in facts.items():
        try:
            values[name] = _value(value, ledger)
        except ma.ValidationError as error:
            errors.append(FieldError(f"{path}.{name}", str(error.messages[0])))
    if errors:
        raise invalid(errors)
    return values


def _value(value: Any, ledger: str) -> FactValue:
    if isinstance(value, WrittenAmount):
        return value.minor(ledger)
    if isinstance(value, date):
        return value.toordinal()
    plain: FactValue = value
    return plain


def _amount(value: FactValue) -> int | None:
    return None if value is None else int(value)


def _day(as_of: date, ago: int, path: str) -> date:
    try:
        return date.fromordinal(as_of.toordinal() - ago)
    except (ValueError, OverflowError) as error:
        raise invalid([FieldError(path, "Leads to a day that the calendar does not have.")]) from error


def _refuse_twice(keys: Sequence[str]) -> None:
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise invalid([FieldError(f"items.{index}.key", f"'{key}' stands twice.")])


def _assumed(snapshot: Snapshot, given: Collection[str], ledger: str) -> dict[str, Any]:
    return {
        name: fact_json(name, value, ledger)
        for name, value in sorted(snapshot.facts.items())
        if value is not None and name not in given
    }
