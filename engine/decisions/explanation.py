"""An evaluation as plain JSON data, in one fixed order: what the API answers, the archive keeps and people read.

Amounts are {"amount": "400.00", "currency": "PLN"}: a decimal string in major units with all digits of the currency.
Dates are ISO 8601 text, flags true or false, absent facts null; days, counts and percents are whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.conditions.results import TestResult
from engine.decisions.model import Decision, Evaluation, Verdict
from engine.facts.catalogue import BY_NAME
from engine.money import money_json
from engine.ruleset.condition import FactValue
from engine.ruleset.model import ActionSpec


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """The whole answer."""
    currency = evaluation.ledger_currency
    amount = evaluation.reinstate_amount
    return {
        "customer": evaluation.customer,
        "as_of": evaluation.as_of.isoformat(),
        "ruleset": evaluation.ruleset,
        "version": evaluation.version,
        "ledger_currency": currency,
        "decisions": [decision_json(decision, currency) for decision in evaluation.decisions],
        "others": [verdict_json(verdict, currency) for verdict in evaluation.others],
        "guards": [
            {"id": guard.id, "effect": guard.effect, "kinds": list(guard.kinds), "because": guard.because}
            for guard in evaluation.guards
        ],
        "next_change": _day(evaluation.next_change),
        "reinstate_amount": None if amount is None else money_json(amount, currency),
    }


def decision_json(decision: Decision, currency: str) -> dict[str, Any]:
    """One decision. currency: of the ledger, which money facts are in."""
    return {
        "key": decision.key,
        "kind": decision.kind,
        "stage": decision.action.stage,
        "action": _action(decision.action),
        "rules": list(decision.rules),
        "items": list(decision.items),
        "verdicts": [verdict_json(verdict, currency) for verdict in decision.verdicts],
    }


def verdict_json(verdict: Verdict, currency: str) -> dict[str, Any]:
    """One verdict with the values seen. currency: of the ledger, which money facts are in."""
    return {
        "subject": verdict.subject,
        "key": verdict.key,
        "rule": verdict.rule,
        "action": _action(verdict.action),
        "outcome": verdict.outcome,
        "by": verdict.by,
        "until": _day(verdict.until),
        "tests": [_test(test, currency) for test in verdict.tests],
    }


def fact_json(name: str, value: FactValue, currency: str) -> Any:
    """The value of a fact. currency: of the ledger, which money facts are in."""
    if value is None:
        return None
    kind = BY_NAME[name].type
    if kind == "money":
        return money_json(int(value), currency)
    return date.fromordinal(int(value)).isoformat() if kind == "date" else value


def _action(action: ActionSpec) -> dict[str, Any]:
    params: Mapping[str, Any] = action.params
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in sorted(params.items())}
    return {"kind": action.kind, "params": plain}


def _test(test: TestResult, currency: str) -> dict[str, Any]:
    if isinstance(test.expected, tuple):
        expected: Any = [fact_json(test.fact, value, currency) for value in test.expected]
    else:
        expected = fact_json(test.fact, test.expected, currency)
    return {
        "fact": test.fact,
        "operator": test.operator,
        "expected": expected,
        "seen": fact_json(test.fact, test.seen, currency),
        "passed": test.passed,
        "gap": _gap(test, currency),
    }


def _gap(test: TestResult, currency: str) -> Any:
    money = test.gap is not None and BY_NAME[test.fact].type == "money"
    return fact_json(test.fact, test.gap, currency) if money else test.gap


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
