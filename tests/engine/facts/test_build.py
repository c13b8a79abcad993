"""The builder of cases: every fact of the catalogue, and what is told in place of what would be computed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest

from engine.facts.build import build_case
from engine.facts.case import CustomerCase
from engine.facts.catalogue import BY_NAME, CATALOGUE, OWN_OF_ITEM, facts_of
from engine.facts.history import History
from engine.facts.holds import Hold
from engine.facts.inputs import CaseInputs, CustomerInput, Day, ItemInput, Service
from engine.facts.legal import Contact, LegalFacts
from engine.money import Money
from engine.ruleset.condition import FactValue
from rules.parameters.loading import law
from tests.engine.building import AS_OF, STAGES, days_ago

_DAY: Final = Day("books", AS_OF, 1, 1, lambda _day, _country: True)
_ITEM: Final = ItemInput("f1", "F1", "PLN", 300_00, 500_00, days_ago(54), days_ago(40))
_INPUTS: Final = CaseInputs(CustomerInput("k1"), [_ITEM], services=[Service(sector="telecom")])


def convert(minor: int, currency: str) -> int | None:
    """Everything counts double; nobody knows what a pound is worth."""
    return None if currency == "GBP" else 2 * minor


def built(inputs: CaseInputs = _INPUTS, day: Day = _DAY) -> CustomerCase:
    return build_case(inputs, day, STAGES, LegalFacts(law("pl")), convert)


def test_every_fact_of_the_catalogue_is_computed() -> None:
    case = built(replace(_INPUTS, history=History({"f1": [("demand", days_ago(20))]}, [Contact(days_ago(20))])))
    assert case.facts.keys() == {fact.name for fact in facts_of("customer")}
    assert case.open_items[0].facts.keys() == OWN_OF_ITEM
    assert case.items[0].facts.keys() == {fact.name for fact in CATALOGUE}
    for name, value in case.items[0].facts.items():
        assert value is not None or BY_NAME[name].optional, name


def test_an_item_looks_in_itself_and_then_in_its_customer() -> None:
    case = built(replace(_INPUTS, holds=[Hold("f1", "dispute")]))
    assert (case.facts["on_hold"], case.items[0].facts["on_hold"]) == (False, True)
    later = case.with_facts({"suspended": True, "on_hold": True})
    assert [snapshot.facts["suspended"] for snapshot in (later.customer, *later.items)] == [True, True]
    assert case.items[0].facts["suspended"] is False


def test_amounts_are_in_ledger_currency_and_none_without_a_rate() -> None:
    limited = CustomerInput("k1", credit_limit=Money("EUR", 100_00))
    facts = built(replace(_INPUTS, customer=limited, credits={"EUR": 50_00}, turnover={"PLN": 1, "EUR": 2})).facts
    assert (facts["total_open"], facts["credit_amount"], facts["balance"]) == (600_00, 100_00, 500_00)
    assert (facts["credit_limit"], facts["credit_utilisation"], facts["turnover_12m"]) == (200_00, 250, 6)
    unknown = built(replace(_INPUTS, credits={"EUR": 1, "GBP": 1})).facts
    assert (unknown["rate_known"], unknown["credit_amount"], unknown["total_open"]) == (False, None, 600_00)
    assert (unknown["balance"], unknown["net_overdue"]) == (None, None)


@pytest.mark.parametrize("credit", [0, 50_00])
def test_a_debt_without_a_rate_counts_as_nothing_and_leaves_the_others(credit: int) -> None:
    pounds = _ITEM._replace(key="f2", currency="GBP")
    limited = CustomerInput("k1", credit_limit=Money("EUR", 100_00))
    case = built(replace(_INPUTS, customer=limited, items=[_ITEM, pounds], credits={"EUR": credit}))
    assert [item.facts["open_amount"] for item in case.items] == [600_00, None]
    facts = case.facts
    assert (facts["rate_known"], facts["overdue_amount"], facts["actionable_overdue"]) == (True, 600_00, 600_00)
    assert (facts["balance"], facts["net_overdue"]) == (600_00 - 2 * credit, 600_00 - 2 * credit)
    assert (facts["overdue_count"], facts["credit_utilisation"]) == (2, None)


def test_what_is_told_of_an_item_moves_the_totals() -> None:
    told: dict[str, FactValue] = {"open_amount": 7, "on_hold": True}
    facts = built(replace(_INPUTS, items=[_ITEM._replace(told=told)])).facts
    assert (facts["overdue_amount"], facts["actionable_overdue"], facts["oldest_days_past_due"]) == (7, 0, 0)


def test_a_notice_told_in_days_is_measured_by_the_law() -> None:
    told: dict[str, FactValue] = {"notice_delivered": True, "days_since_notice": 20, "sector": "default"}
    assert built(replace(_INPUTS, told=told)).facts["days_since_suspension_allowed"] == 5
    assert built(replace(_INPUTS, told=told | {"sector": "telecom"})).facts["days_since_suspension_allowed"] == 4


def test_what_is_told_beats_what_history_implies() -> None:
    history = History({"f1": [("demand", days_ago(20))]}, [Contact(days_ago(20))], {"f1": "final"})
    case = built(replace(_INPUTS, history=history, told={"days_since_notice": 3}))
    assert (case.facts["notice_delivered"], case.facts["days_since_notice"]) == (True, 3)
    assert (case.items[0].facts["stage"], case.lines[0].pending) == ("demand", "final")
    item = _ITEM._replace(told={"days_in_stage": 1})
    again = built(replace(_INPUTS, items=[item], history=history))
    assert (again.items[0].facts["stage"], again.items[0].facts["days_in_stage"]) == ("demand", 1)


def test_the_calendar_is_the_customers() -> None:
    def only_germany_works(_day: date, country: str) -> bool:
        return country == "DE"

    day = replace(_DAY, working_day=only_germany_works)
    german = replace(_INPUTS, customer=CustomerInput("k1", country="DE"))
    assert (built(day=day).facts["working_day"], built(german, day).facts["working_day"]) == (False, True)
    assert built(replace(_INPUTS, told={"working_day": True}), day).facts["working_day"] is True


def test_a_promise_is_broken_while_its_item_is_open() -> None:
    ended = days_ago(1)
    holds = [Hold("f1", "promise", ended), Hold("paid", "promise", ended), Hold(None, "promise", ended)]
    case = built(replace(_INPUTS, holds=[*holds, Hold(None, "manual", AS_OF + timedelta(days=2))]))
    assert (case.facts["promises_broken"], case.facts["hold_reason"]) == (2, "manual")
    assert case.hold_until == case.lines[0].hold_until == AS_OF + timedelta(days=2)


def test_services_that_name_no_sector_have_the_companys() -> None:
    services = [Service(), Service(suspended=True, sector="telecom")]
    case = built(replace(_INPUTS, services=services), replace(_DAY, sector="energy"))
    assert (case.facts["sector"], case.facts["suspended"]) == ("energy", True)
    assert case.law is not None
    assert case.law.cutting.sectors == ("energy", "telecom")
