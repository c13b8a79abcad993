"""JSON of an evaluation, and that equal input gives equal bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

from engine.decisions.evaluation import Evaluator
from engine.decisions.explanation import evaluation_json, fact_json
from engine.ruleset.condition import Test
from engine.ruleset.model import Rule
from tests.engine.building import REINSTATE, case, guard, item, notify, remind, ruleset, when

_RULES = ruleset(
    Rule(
        "r1",
        "item",
        when(
            Test("open_amount", "between", (50_00, 900_00)),
            Test("currency", "one_of", ("PLN", "EUR")),
            Test("due_date", "less_than", date(2026, 3, 9).toordinal()),
            days_past_due=3,
        ),
        (remind("reminder"), notify()),
    ),
    Rule("back", "customer", when(Test("overdue_amount", "at_most", 30_00)), (REINSTATE,)),
    guards=[guard("g", Test("disputed", "is", True), kinds=("remind",), because="spór")],
)


def _evaluate() -> bytes:
    customer = case(item("ż1", 5, 100_00), item("a", 9, 60_00, disputed=True), item("b", -3), suspended=True)
    return json.dumps(
        evaluation_json(Evaluator(_RULES).evaluate(customer, explain=True)), sort_keys=True, ensure_ascii=False
    ).encode()


def test_an_evaluation_is_plain_json() -> None:
    customer = case(item("a", 5, 100_00), item("b", -3, 40_00), suspended=True)
    data = evaluation_json(Evaluator(_RULES).evaluate(customer, explain=True))
    assert json.loads(json.dumps(data)) == data
    assert data["reinstate_amount"] == {"amount": "70.00", "currency": "PLN"}
    assert data["next_change"] is None
    reminder = data["decisions"][0]
    assert (reminder["kind"], reminder["stage"], reminder["items"]) == ("remind", "reminder", ["a"])
    assert reminder["action"] == {
        "kind": "remind",
        "params": {"stage": "reminder", "via": ["email"], "wording": "reminder"},
    }
    money, currency, due, days = reminder["verdicts"][0]["tests"]
    assert money["expected"] == [{"amount": "50.00", "currency": "PLN"}, {"amount": "900.00", "currency": "PLN"}]
    assert (currency["expected"], currency["seen"]) == (["PLN", "EUR"], "PLN")
    assert (due["expected"], due["seen"], due["passed"]) == ("2026-03-09", "2026-03-05", True)
    assert (days["expected"], days["seen"], days["gap"]) == (3, 5, None)
    why_not = [verdict for verdict in data["others"] if (verdict["key"], verdict["rule"]) == ("b", "r1")]
    assert [one["gap"] for one in why_not[0]["tests"]] == [{"amount": "10.00", "currency": "PLN"}, None, 5, 6]


def test_days_are_iso_dates() -> None:
    rules = ruleset(Rule("n1", "item", when(days_past_due=9), (notify(5),)))
    soon = evaluation_json(Evaluator(rules).evaluate(case(item("a", 7)), explain=True))
    assert soon["next_change"] == "2026-03-12"
    again = case(item("a", 9), notified={"n1": date(2026, 3, 8)})
    assert evaluation_json(Evaluator(rules).evaluate(again, explain=True))["others"][0]["until"] == "2026-03-13"


def test_flags_and_absent_facts_stay_as_they_are() -> None:
    assert fact_json("on_hold", True, "PLN") is True
    assert fact_json("open_amount", None, "PLN") is None


def test_the_same_snapshot_and_version_give_the_same_bytes_in_another_process() -> None:
    here = _evaluate()
    assert here == _evaluate()
    command = f"import sys; from {__name__} import _evaluate; sys.stdout.buffer.write(_evaluate())"
    there = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True)
    assert there.stdout == here
    assert "ż1".encode() in here
