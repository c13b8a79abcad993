"""Cases run through the real engine; a red one says why."""

from __future__ import annotations

import pytest

from engine.errors import RulesetInvalid
from rules.cases.runner import CaseResult, case_of, run_cases
from rules.language.loader import load_document
from rules.language.packs import pack
from tests.rules.documents import CASES, DEMAND, GUARDS, REMINDER, document


def _run(cases: str, *, head: str = "", rules: str = REMINDER + DEMAND) -> list[CaseResult]:
    return run_cases(load_document(document(rules, cases, head=head), guards=GUARDS))


def test_cases_are_green_when_the_rules_do_what_they_say() -> None:
    results = _run(CASES)
    assert [result.green for result in results] == [True] * 4
    assert results[0].rules == ("test.reminder",)
    assert results[0].got == ("remind: reminder",)
    assert results[0].why == ()


def test_cases_of_a_text_run_with_the_guards_of_its_pack() -> None:
    text = next(path for path in pack("pl").rulesets if path.name == "b2b.yaml").read_text(encoding="utf-8")
    results = run_cases(text, confirm=False)
    assert len(results) > 50
    assert all(result.green for result in results)


def test_a_red_case_names_expected_got_and_the_comparison_that_failed() -> None:
    (result,) = _run("\n  - {name: too soon, given: {days_past_due: 2}, expect: [remind: reminder]}")
    assert not result.green
    assert result.expected == ("remind: reminder",)
    assert result.got == ()
    why = next(one for one in result.why if one.rule == "test.reminder")
    assert why.outcome == "not_matched"
    (failed,) = why.failed
    assert (failed.fact, failed.operator, failed.expected, failed.seen, failed.gap) == (
        "days_past_due",
        "at_least",
        3,
        2,
        1,
    )


def test_an_action_that_is_not_expected_makes_a_case_red() -> None:
    (result,) = _run("\n  - {name: silence, given: {days_past_due: 5}, expect: []}")
    assert not result.green
    assert result.got == ("remind: reminder",)


def test_guards_need_no_mention_but_may_be_expected() -> None:
    cases = """
  - {name: silent, given: {days_past_due: 5, on_hold: yes}, expect: []}
  - {name: named, given: {days_past_due: 5, on_hold: yes}, expect: [forbidden: hold]}
  - {name: another, given: {days_past_due: 5, on_hold: yes}, expect: [forbidden: fresh]}
"""
    results = _run(cases)
    assert [result.green for result in results] == [True, True, False]
    assert results[1].guards == ("hold",)


def test_a_ruleset_decides_nothing_for_customers_it_is_not_for() -> None:
    cases = """
  - {name: another segment, given: {days_past_due: 5, segment: retail}, expect: []}
  - {name: its segment, given: {days_past_due: 5, segment: trade}, expect: [remind: reminder]}
"""
    results = _run(cases, head="applies_to: [segment: trade]")
    assert [result.green for result in results] == [True, True]


def test_what_was_sent_counts_on_the_ladder() -> None:
    cases = """
  - {name: waits, given: {days_past_due: 20}, sent: {reminder: 6}, expect: []}
  - {name: goes, given: {days_past_due: 20}, sent: {reminder: 7}, expect: [remind: demand]}
  - {name: done, given: {days_past_due: 90}, sent: {reminder: 70, demand: 60}, expect: []}
"""
    assert all(result.green for result in _run(cases))


def test_history_gives_the_facts_of_stage_notice_and_contact() -> None:
    loaded = load_document(
        document(
            cases="\n  - {name: a, given: {days_past_due: 30, days_since_contact: 2}, sent: {demand: 9}, expect: []}"
        ),
        guards=GUARDS,
    )
    case = case_of(loaded.cases[0], loaded.ruleset)
    facts = case.items[0].facts
    assert (facts["stage"], facts["days_in_stage"]) == ("demand", 9)
    assert (case.customer.facts["notice_delivered"], case.customer.facts["days_since_notice"]) == (True, 9)
    assert facts["days_since_contact"] == 2, "what a case says outright beats its history"


def test_rules_for_customers_are_left_out_of_item_cases() -> None:
    rules = (
        REMINDER
        + DEMAND
        + """
  - id: test.alert
    for: customer
    when: []
    then: [notify: {who: [credit_controller], wording: alert}]
"""
    )
    cases = CASES + "\n  - {name: always, for: customer, given: {}, expect: [notify: alert]}"
    assert all(result.green for result in _run(cases, rules=rules))


def test_two_kinds_of_expectation_cannot_be_made_up() -> None:
    with pytest.raises(RulesetInvalid, match="can never happen here"):
        _run("\n  - {name: a, given: {}, expect: [suspend]}")
