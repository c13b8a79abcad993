"""The ports in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.decisions.evaluation import Evaluator
from engine.errors import InvalidInput, NotFound
from engine.fakes import FixedClock, FixedRates, InMemoryFacts, InMemoryRulesets, changed
from engine.ports import Change, Clock, FactStore, RateTable, RulesetStore, SourceState
from engine.ruleset.condition import Test
from engine.ruleset.model import Rule
from tests.engine.building import AS_OF, REINSTATE, SUSPEND, case, item, ruleset, when

_TURN = case(item("a", 10, 100_00), item("b", 40, 50_00), suspended=True)


def _facts() -> InMemoryFacts:
    states = {key: SourceState(key, key.upper(), "PLN", "pl", None) for key in ("fk", "crm")}
    return InMemoryFacts(states, {("fk", "k1"): _TURN}, {("fk", "k1"): "pl.test"})


def test_the_fakes_are_the_ports() -> None:
    clock: Clock = FixedClock(datetime(2026, 3, 10, tzinfo=UTC))
    rates: RateTable = FixedRates({"EUR": Decimal("4.2")})
    facts: FactStore = _facts()
    rulesets: RulesetStore = InMemoryRulesets()
    assert clock.now().year == 2026
    assert [rates.rate(code, AS_OF) for code in ("PLN", "EUR", "USD")] == [Decimal(1), Decimal("4.2"), None]
    assert [state.key for state in facts.sources()] == ["crm", "fk"]
    assert rulesets.effective(AS_OF) == []


def test_a_case_is_found_on_its_day_and_later() -> None:
    facts = _facts()
    assert facts.case("fk", "k1", AS_OF, ruleset()) is _TURN
    later = facts.case("fk", "k1", AS_OF + timedelta(days=5), ruleset())
    assert [one.facts["days_past_due"] for one in later.items] == [15, 45]
    assert later.customer.facts["oldest_days_past_due"] == 45
    with pytest.raises(InvalidInput, match="before 2026-03-10") as caught:
        facts.case("fk", "k1", AS_OF - timedelta(days=1), ruleset())
    assert caught.value.field == "as_of"
    with pytest.raises(NotFound):
        facts.case("fk", "nobody", AS_OF, ruleset())


def test_what_chooses_a_ruleset_is_told_with_the_pinned_one() -> None:
    found = _facts().customer_facts("fk", "k1", AS_OF)
    assert (found["customer_kind"], found["source"], found["ruleset"]) == ("business", "fk", "pl.test")


def test_debts_and_state_are_told() -> None:
    facts = _facts()
    period = (date(2026, 2, 1), AS_OF)
    assert facts.finances("fk", "k1", *period, None, AS_OF) == {"debt": {"PLN": "100.00"}, "payments": []}
    assert facts.finances("fk", "k1", *period, "EUR", AS_OF)["debt"] == {}
    assert facts.state("fk", "k1", AS_OF) == {"stages": {"a": None, "b": None}, "pending": [], "suspended": True}


def test_the_latest_version_of_each_ruleset_is_effective() -> None:
    old, new, other = ruleset(version="1"), ruleset(version="2"), ruleset(id="a", version="3", priority=100)
    store = InMemoryRulesets([(AS_OF, new), (date(2026, 1, 1), old), (date(2026, 1, 1), other)])
    assert [one.version for one in store.effective(AS_OF)] == ["3", "2"]
    assert [one.version for one in store.effective(AS_OF - timedelta(days=1))] == ["3", "1"]


@pytest.mark.parametrize("paid", [1, 49_99, 50_00, 60_00, 150_00])
def test_the_amount_that_reinstates_does_when_it_is_paid(paid: int) -> None:
    """The foreseen amount against a payment that is really made, item by item."""
    back = Rule("back", "customer", when(Test("total_open", "at_most", 150_00 - paid)), (REINSTATE,))
    evaluator = Evaluator(ruleset(back), confirm=False)
    amount = evaluator.evaluate(_TURN, explain=True).reinstate_amount
    assert amount == paid

    def decided(pay: int) -> list[str]:
        turn = _TURN
        for key, owed in (("b", 50_00), ("a", 100_00)):
            if part := min(pay, owed):
                turn = changed(turn, Change("payment", part, "PLN", key), "PLN")
            pay -= part
        return [made.kind for made in evaluator.evaluate(turn).decisions]

    assert decided(paid) == ["reinstate"]
    assert decided(paid - 1) == []


def test_an_unallocated_payment_is_a_credit() -> None:
    turn = changed(_TURN, Change("payment", 30_00, "PLN"), "PLN")
    assert (turn.customer.facts["credit_amount"], turn.customer.facts["balance"]) == (30_00, 120_00)
    assert turn.items[0].facts["balance"] == 120_00
    over = changed(_TURN, Change("payment", 70_00, None, "b"), "PLN")
    assert ([one.key for one in over.items], over.customer.facts["credit_amount"]) == (["a"], 20_00)


def test_a_hold_rests_on_an_item_or_on_all() -> None:
    one = changed(_TURN, Change("hold", item="b", reason="dispute"), "PLN")
    assert [snapshot.facts["on_hold"] for snapshot in one.items] == [False, True]
    assert one.items[1].facts["disputed"] is True
    assert (one.customer.facts["on_hold"], one.customer.facts["oldest_days_past_due"]) == (False, 10)
    every = changed(_TURN, Change("hold", reason="manual"), "PLN")
    assert every.customer.facts["on_hold"] is True
    suspend = Rule("s", "customer", when(oldest_days_past_due=1), (SUSPEND,))
    assert Evaluator(ruleset(suspend), confirm=False).evaluate(every).decisions == ()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "gift"}, "changes.kind"), ({"kind": "payment"}, "changes.amount"),
        ({"kind": "payment", "amount_minor": 5, "currency": "EUR"}, "changes.currency"),
        ({"kind": "payment", "amount_minor": 5, "item": "zz"}, "changes.item"),
        ({"kind": "hold", "reason": "whim"}, "changes.reason"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_names_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        changed(_TURN, Change(**fields), "PLN")
    assert caught.value.field == field
