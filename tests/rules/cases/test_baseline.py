"""The baseline case is consistent: its totals are those the engine computes from its item."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.facts.catalogue import BY_NAME, facts_of
from engine.facts.totals import customer_totals
from engine.ruleset.condition import FactValue
from rules.cases.baseline import customer_case, item_case
from rules.parameters.loading import law
from tests.engine.building import ruleset

PL = law("pl")
RULES = ruleset()

_AMOUNTS = st.integers(0, 10**9)


def test_every_fact_has_a_baseline_value_of_its_type() -> None:
    case = item_case({}, RULES, PL)
    kinds = {"flag": bool, "choice": str, "text": str}
    for snapshot in (case.customer, *case.items):
        assert snapshot.facts.keys() == {fact.name for fact in facts_of(snapshot.subject)}
        for name, value in snapshot.facts.items():
            assert value is None or type(value) is kinds.get(BY_NAME[name].type, int), name
            assert value is not None or BY_NAME[name].optional, name


@given(st.integers(-40, 400), _AMOUNTS, _AMOUNTS, st.none() | _AMOUNTS, st.booleans())
def test_totals_follow_from_the_item(delay: int, amount: int, credit: int, limit: int | None, on_hold: bool) -> None:
    told: dict[str, FactValue] = {
        "days_past_due": delay,
        "open_amount": amount,
        "credit_amount": credit,
        "credit_limit": limit,
        "on_hold": on_hold,
    }
    case = item_case(told, RULES, PL)
    totals = customer_totals([(amount, delay, on_hold)] if amount else [], credit, limit)
    assert {name: case.customer.facts[name] for name in totals} == totals
    line = case.lines[0]
    assert (case.customer.as_of - line.due_date).days == delay
    assert line.issue_date <= case.customer.as_of
    assert (line.open_minor, line.currency) == (amount, "PLN")


def test_a_hold_follows_from_its_reason_and_the_reverse() -> None:
    disputed = item_case({"disputed": True}, RULES, PL).items[0].facts
    assert (disputed["on_hold"], disputed["hold_reason"]) == (True, "dispute")
    complained = item_case({"hold_reason": "complaint"}, RULES, PL).items[0].facts
    assert (complained["on_hold"], complained["disputed"]) == (True, True)
    held = item_case({"on_hold": True}, RULES, PL).items[0].facts
    assert (held["hold_reason"], held["disputed"]) == ("manual", False)
    free = item_case({}, RULES, PL).items[0].facts
    assert (free["on_hold"], free["hold_reason"], free["disputed"]) == (False, None, False)


def test_an_amount_without_rate_counts_as_nothing() -> None:
    facts = item_case({"open_amount": None}, RULES, PL).items[0].facts
    assert (facts["open_amount"], facts["net_overdue"], facts["rate_known"]) == (None, 0, True)


def test_what_a_customer_owes_follows_from_any_total() -> None:
    facts = customer_case({"net_overdue": 500, "credit_amount": 300}, RULES, PL).customer.facts
    assert (facts["overdue_amount"], facts["actionable_overdue"], facts["overdue_count"]) == (800, 800, 1)
    assert facts["oldest_days_past_due"] == 30
    quiet = customer_case({"balance": 90_00, "credit_limit": 100_00}, RULES, PL).customer.facts
    assert (quiet["credit_utilisation"], quiet["overdue_amount"], quiet["oldest_days_past_due"]) == (90, 0, 0)
    held = customer_case({"overdue_amount": 900, "on_hold": True}, RULES, PL).customer.facts
    assert (held["net_overdue"], held["actionable_overdue"]) == (900, 0)
    assert customer_case({}, RULES, PL).customer.facts["total_open"] == 0


def test_the_law_of_the_jurisdiction_gives_its_facts() -> None:
    told: dict[str, FactValue] = {"notice_delivered": True, "days_since_notice": 20, "sector": "telecom"}
    facts = customer_case(told, RULES, PL).customer.facts
    assert (facts["days_since_suspension_allowed"], facts["contact_on_days_off"]) == (4, False)
    facts = item_case({"days_past_due": 40, "days_since_contact": 1, "contact_hour": 20}, RULES, PL).items[0].facts
    assert (facts["claim_kind"], facts["days_since_contact_allowed"], facts["contact_hour_allowed"]) == (
        "sale",
        -2,
        False,
    )
    unknown = item_case({"notice_delivered": True, "days_since_notice": 20}, RULES, None).items[0].facts
    for name in ("limitation_date", "days_past_limitation", "suspension_earliest", "contact_on_days_off"):
        assert unknown[name] is None, name


def test_what_is_given_beats_what_the_law_says() -> None:
    told: dict[str, FactValue] = {"days_past_limitation": 1, "limitation_date": None, "insolvent": True}
    facts = item_case(told, RULES, PL).items[0].facts
    assert {name: facts[name] for name in told} == told
