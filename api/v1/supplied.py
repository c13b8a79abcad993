"""A case from supplied facts: what follows from the rest is computed, what is assumed is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import marshmallow as ma

from api.problems import FieldError, invalid
from api.v1.schemas.evaluation import OWN_FACTS
from api.v1.schemas.fields import WrittenAmount
from engine.decisions.explanation import fact_json
from engine.facts.catalogue import BY_NAME, CustomerCase, ItemLine, Snapshot, facts_of
from engine.facts.history import with_history
from engine.facts.legal import CaseLaw, Contact, Cutting, LegalFacts, claim_of, facts_of_days, unpaid_periods
from engine.facts.totals import customer_totals
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset
from rules.parameters.loading import known_law

#: Key of the customer in answers about supplied facts.
CUSTOMER: Final = "supplied"
#: Assumed where the caller says nothing: nothing stands in the way, nothing has happened.
_ASSUMED: Final[Mapping[str, FactValue]] = {
    "source": CUSTOMER, "dunning_allowed": True, "has_email": True, "on_hold": False, "promises_broken": 0,
    "suspended": False, "has_service": False, "notice_delivered": False, "rate_known": True,
}  # fmt: skip
_ASSUMED_OF_ITEM: Final[Mapping[str, FactValue]] = {"document_kind": "invoice", "instalment": False, "disputed": False}


_FOLLOW_FROM_SENT: Final = frozenset({
    "notice_delivered", "days_since_notice", "suspension_earliest", "days_since_suspension_allowed",
    "days_since_contact_allowed",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supplied:
    """The case and, per subject key, the facts that were filled in, as they are shown."""

    case: CustomerCase
    assumed: Mapping[str, Mapping[str, Any]]


def choosing_facts(facts: Mapping[str, Any]) -> dict[str, FactValue]:
    """The supplied facts that choose a ruleset: those that are not money, with what is assumed."""
    plain = {name: value for name, value in facts.items() if BY_NAME[name].type != "money"}
    return {**_ASSUMED, **plain}


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
    legal = LegalFacts(known_law(ruleset.jurisdiction))
    read = [_item(item, index, ledger, as_of, legal) for index, item in enumerate(items)]
    _refuse_twice([line.key for _, line in read])
    totals = customer_totals(
        (
            (_amount(own["open_amount"]), line_days(line, as_of), bool(own.get("on_hold", given.get("on_hold", False))))
            for own, line in read
        ),
        _amount(given.get("credit_amount", 0)),
        _amount(given.get("credit_limit")),
    )
    country = given.get("country")
    computed = totals | {"working_day": working_day(as_of, country if isinstance(country, str) else "PL")}
    whole: dict[str, FactValue] = {fact.name: None for fact in facts_of("customer")}
    whole |= {**_ASSUMED, **computed, **given}
    case_law = CaseLaw(legal, _cutting(whole, read, as_of))
    oldest = min((line.due_date for _, line in read), default=as_of)
    reasons = {whole["hold_reason"], *(own.get("hold_reason") for own, _ in read)}
    whole |= {"insolvent": "insolvency" in reasons, **facts_of_days(whole, case_law, oldest), **given}
    case = CustomerCase(
        Snapshot("customer", CUSTOMER, CUSTOMER, as_of, whole),
        tuple(Snapshot("item", line.key, CUSTOMER, as_of, _whole_item(whole, own)) for own, line in read),
        tuple(line for _, line in read),
        law=case_law,
    )
    case = _with_sent(case, items, ruleset, given)
    assumed = {CUSTOMER: _assumed(case.customer, given, ledger)}
    for snapshot, (own, _), item in zip(case.items, read, items, strict=True):
        assumed[snapshot.key] = _assumed(snapshot, whole | {name: own[name] for name in item["facts"]}, ledger)
    return Supplied(case, assumed)


def _cutting(
    whole: Mapping[str, FactValue], read: Sequence[tuple[Mapping[str, FactValue], ItemLine]], as_of: date
) -> Cutting:
    """Billing periods are counted by the items; without any, each overdue item that is told is one."""
    unpaid = unpaid_periods([line.issue_date for _, line in read if line.due_date < as_of])
    return Cutting((str(whole["sector"] or "default"),), unpaid if read else int(whole["overdue_count"] or 0), as_of)


def line_days(line: ItemLine, as_of: date) -> int:
    """Days past due."""
    return (as_of - line.due_date).days


def _item(
    item: Mapping[str, Any], index: int, ledger: str, as_of: date, legal: LegalFacts
) -> tuple[dict[str, FactValue], ItemLine]:
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
    own = dict(_ASSUMED_OF_ITEM) | {"currency": ledger} | own
    claim = claim_of(None if own.get("claim_kind") is None else str(own["claim_kind"]), str(own["document_kind"]))
    own = legal.of_item(claim, due_date, as_of) | own
    own |= {"days_past_due": days, "due_date": as_of.toordinal() - days, "days_since_issue": since_issue}
    own.setdefault("open_amount", None)
    own.setdefault("original_amount", own["open_amount"])
    line = ItemLine(
        key=item["key"],
        document=item.get("document", item["key"]),
        currency=str(own["currency"]),
        open_minor=_amount(own["open_amount"]) or 0,
        original_minor=_amount(own["original_amount"]) or 0,
        issue_date=_day(as_of, since_issue, f"{path}.days_since_issue"),
        due_date=due_date,
        pending=item.get("pending"),
    )
    return own, line


def _with_sent(
    case: CustomerCase, items: Sequence[Mapping[str, Any]], ruleset: Ruleset, given: Mapping[str, FactValue]
) -> CustomerCase:
    """Overlay what was sent, and the facts that follow from it."""
    as_of = case.customer.as_of
    sent = {item["key"]: steps for index, item in enumerate(items) if (steps := _sent(item, index, ruleset, as_of))}
    if not sent:
        return case
    twice = sorted(_FOLLOW_FROM_SENT & given.keys())
    if twice:
        raise invalid([FieldError(f"facts.{name}", "Follows from the stages sent.") for name in twice])
    contacts = [Contact(day) for steps in sent.values() for _, day in steps]
    since = given.get("days_since_contact")
    if since is not None:
        contacts.append(Contact(_day(as_of, int(since), "facts.days_since_contact")))
    return with_history(
        case,
        ruleset.ladder,
        sent=sent,
        pending_items={item["key"]: item["pending"] for item in items if item.get("pending")},
        pending=(),
        notified={},
        contacts=contacts,
    )


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
        if ruleset.ladder.position(name) < 0:
            known = ", ".join(known.name for known in ruleset.ladder.stages)
            raise invalid([FieldError(path, f"'{name}' is no stage of the ladder: {known}.")])
        if day > as_of:
            raise invalid([FieldError(path, "Lies after the day of the evaluation.")])
    return tuple((name, day) for name, day, _ in sorted(steps, key=lambda step: step[1]))


def _whole_item(customer: Mapping[str, FactValue], own: Mapping[str, FactValue]) -> dict[str, FactValue]:
    whole: dict[str, FactValue] = {fact.name: None for fact in facts_of("item")} | dict(customer) | dict(own)
    for name in OWN_FACTS:  # a hold on the customer holds every item
        whole[name] = own.get(name) or customer[name]
    return whole


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


def _assumed(snapshot: Snapshot, given: Mapping[str, FactValue], ledger: str) -> dict[str, Any]:
    return {
        name: fact_json(name, value, ledger)
        for name, value in sorted(snapshot.facts.items())
        if value is not None and name not in given
    }
