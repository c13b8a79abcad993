"""check(): problems, cases and lints of one document, each lint shown to find and to be silent."""

from __future__ import annotations

import pytest

from rules.language.packs import pack
from rules.lint import lint_names
from rules.versions.check import Report, check, check_guards
from tests.rules.documents import CASES, DEMAND, GUARDS, NO_GUARDS, REMINDER, document

SUSPEND = """
  - id: test.suspend
    for: customer
    when: [suspended: no, has_service: yes, notice_delivered: yes]
    then: [suspend: {}]
"""
REINSTATE = """
  - id: test.reinstate
    for: customer
    when: [suspended: yes]
    then: [reinstate: {}]
"""


def _check(text: str, guards: str = GUARDS) -> Report:
    return check(text, "test.yaml", guards=guards, confirm=False)


def _found(report: Report) -> dict[str, list[str]]:
    assert report.problems == ()
    found: dict[str, list[str]] = {}
    for finding in report.findings:
        found.setdefault(finding.lint, []).append(finding.message)
    return found


def test_a_good_document_is_green_and_has_a_version() -> None:
    report = check(document(), "test.yaml", guards=GUARDS)
    assert report.green
    assert report.findings == ()
    assert report.version is not None
    assert len(report.cases) == 4


def test_problems_are_reported_not_raised() -> None:
    report = check("ruleset: [", "broken.yaml")
    assert not report.green
    assert report.problems[0].file == "broken.yaml"
    assert report.version is None


def test_a_red_case_stops_submission() -> None:
    report = _check(document(cases=CASES + "\n  - {name: red, given: {days_past_due: 9}, expect: []}"))
    assert not report.green
    assert [case.name for case in report.red] == ["red"]


def test_a_warning_alone_does_not_stop_submission() -> None:
    report = _check(document(cases=CASES.replace("13", "12")))
    assert report.green
    (finding,) = report.findings
    assert (finding.lint, finding.severity, finding.path) == ("untested_edge", "warning", "rules[1].when")
    assert finding.line == 16
    assert str(finding) == (
        "warning: 'test.demand': no case has days_past_due = 13 days after the due date. [untested_edge]"
    )


LINTS = {
    "unreachable_rule": document(
        REMINDER + DEMAND + "\n  - {id: never, for: item, when: [on_hold: yes, hold_reason: {absent: yes}, "
        "days_past_due: {at_least: 9, less_than: 9}], then: [notify: {who: [account_manager], wording: a}]}"
    ),
    "shadowed_rule": document(
        REMINDER + DEMAND + "\n  - {id: late, for: item, when: [days_past_due: {at_least: 20}, on_hold: no], "
        "then: [remind: {stage: demand, wording: demand}]}"
    ),
    "ladder_order": document(REMINDER.replace("3", "20") + DEMAND),
    "unsent_stage": document(REMINDER, ladder="{stages: [reminder, demand]}", cases=""),
    "suspension_without_reinstatement": document(REMINDER + DEMAND + SUSPEND),
    "suspension_without_notice": document(
        REMINDER + DEMAND + SUSPEND + REINSTATE, ladder="{stages: [reminder, demand]}"
    ),
    "shared_wording": document(REMINDER + DEMAND.replace("wording: demand", "wording: reminder")),
    "rule_without_case": document(cases=CASES.replace("days_past_due: 14}, expect: [remind: demand]", "}, expect: []")),
    "untested_edge": document(cases=CASES.replace("13", "12")),
    "untested_absence": document(REMINDER.replace("3}]", "3}, segment: {is_not: VIP}]"), cases=""),
}


@pytest.mark.parametrize("lint", sorted(LINTS))
def test_each_lint_finds_what_it_is_for(lint: str) -> None:
    assert lint in _found(_check(LINTS[lint]))
    assert lint not in _found(_check(document()))


@pytest.mark.parametrize(
    ("lint", "rules"),
    [
        ("missing_rate_guard", REMINDER.replace("at_least: 3}", "at_least: 3}, open_amount: {at_least: 0}")),
        ("missing_freshness_guard", REMINDER),
        ("missing_doubt_guard", REMINDER),
        ("unheeded_hold", REMINDER),
    ],
)
def test_missing_guards_are_found(lint: str, rules: str) -> None:
    text = document(rules + DEMAND)
    assert lint in _found(_check(text, NO_GUARDS))
    assert lint not in _found(_check(text))


def test_a_rule_that_tests_the_hold_itself_needs_no_guard() -> None:
    rules = (REMINDER + DEMAND).replace("when: [", "when: [on_hold: no, ")
    assert "unheeded_hold" not in _found(_check(document(rules), NO_GUARDS))


def test_every_lint_is_tested_here() -> None:
    missing = {"missing_rate_guard", "missing_freshness_guard", "missing_doubt_guard", "unheeded_hold"}
    assert set(lint_names()) == {*LINTS, *missing}


def test_suspension_with_notice_and_reinstatement_is_not_complained_of() -> None:
    found = _found(_check(document(REMINDER + DEMAND + SUSPEND + REINSTATE)))
    assert set(found) == {"rule_without_case"}


def test_a_rule_shadowed_by_two_together_is_found() -> None:
    rules = """
  - {id: a, for: customer, when: [on_hold: yes], then: [notify: {who: [account_manager], wording: a}]}
  - {id: b, for: customer, when: [on_hold: no], then: [notify: {who: [account_manager], wording: b}]}
  - id: c
    for: customer
    when: [on_hold: {is_not: yes}, suspended: no]
    then: [notify: {who: [account_manager], wording: c}]
  - {id: d, for: customer, when: [suspended: yes], then: [reinstate: {}]}
"""
    messages = _found(_check(document(rules, cases="")))["shadowed_rule"]
    assert messages == ["'c' never gets to notify: 'a', 'b' is true first."]


def test_guards_are_checked_with_their_cases() -> None:
    report = check_guards(pack("pl").guards_text(), "guards.yaml")
    assert report.green
    assert report.findings == ()
    assert len(report.cases) > 40


def test_guards_without_cases_and_edges_are_found() -> None:
    report = check_guards(GUARDS, "guards.yaml", confirm=False)
    assert not report.green
    assert [finding.lint for finding in report.findings].count("guard_without_case") == 4
    assert any("source_age_hours = 36 hours" in finding.message for finding in report.findings)


def test_a_choice_of_customers_that_denies_what_may_be_absent_is_found() -> None:
    report = _check(document(head="applies_to: [segment: {none_of: [VIP]}]", cases=""))
    (message,) = _found(report)["untested_absence"]
    assert message == (
        "applies_to: 'segment: {none_of: ...}' does not hold where segment is absent; write a case with "
        "'segment: null' in which that decides, or ask 'segment: {absent: yes}'."
    )


def test_a_guard_that_denies_what_may_be_absent_is_found_until_a_case_shows_it() -> None:
    guard = "  - {id: vip, for: [item], forbid: [remind], when: [not: [segment: retail]], because: not ours}\n"
    shown = "cases: [{name: none, action: remind, given: {segment: null}, expect: {forbidden: vip}}]"
    found = [one for one in check_guards(GUARDS + guard, confirm=False).findings if one.lint == "untested_absence"]
    assert [one.message.partition(";")[0] for one in found] == [
        "'vip': 'not' over 'segment' holds where segment is absent"
    ]
    report = check_guards(GUARDS + guard + shown, confirm=False)
    assert "untested_absence" not in {one.lint for one in report.findings}


def test_a_wrong_guards_document_is_a_report() -> None:
    assert check_guards("jurisdiction: pl", "guards.yaml").problems


def test_a_red_guard_case_is_red() -> None:
    cases = "cases: [{name: held, action: remind, given: {on_hold: yes}, expect: allowed}]"
    (red,) = check_guards(GUARDS + cases, confirm=False).red
    assert red.expected == ("remind: probe",)
    assert red.got == ("forbidden: hold",)


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ("{name: a, action: suspend, given: {}, expect: allowed}", "There is no action 'suspend' for: item."),
        ("{name: a, action: fly, given: {}, expect: allowed}", "There is no action 'fly' for: item."),
        ("{name: a, action: remind, given: {}, expect: perhaps}", "Expected is allowed, or forbidden or deferred"),
        ("{name: a, action: remind, given: {}, expect: {forbidden: holt}}", "Did you mean 'forbidden: hold'?"),
        (
            "{name: a, action: remind, given: {open_amount: 5 PLN}, expect: allowed}",
            "must be in the ledger currency EUR",
        ),
        ("{name: a, action: remind, given: {late: 5}, expect: allowed}", "A case for: item has no fact 'late'."),
    ],
)
def test_wrong_guard_cases_are_problems(case: str, problem: str) -> None:
    report = check_guards(GUARDS + f"cases: [{case}]", "guards.yaml", confirm=False)
    assert problem in str(report.problems[0])
    assert report.problems[0].line is not None
