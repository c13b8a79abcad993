"""Two versions compared in their own terms."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ruleset.model import Ruleset
from rules.language.loader import load_ruleset
from rules.sentences.words import LANGUAGES
from rules.versions.diff import RulesetChange, diff
from rules.versions.sentences import change_sentence, diff_data
from tests.rules.documents import DEMAND, GUARDS, REMINDER, document

ALERT = """
  - id: test.alert
    for: customer
    when: [any: [promises_broken: {at_least: 1}, credit_utilisation: {at_least: 90}]]
    then: [notify: {who: [account_manager], wording: alert}]
    because: credit policy
"""


def _load(text: str, guards: str = GUARDS) -> Ruleset:
    return load_ruleset(text, guards=guards)


BASE = document(REMINDER + DEMAND + ALERT, cases="")


def _changes(old: str, new: str, text: str = BASE) -> tuple[RulesetChange, ...]:
    assert old in text
    return diff(_load(text), _load(text.replace(old, new)))


def _said(old: str, new: str, text: str = BASE) -> list[tuple[str, str]]:
    return [
        (change_sentence(change, "PLN", "PLN", "pl").replace("\xa0", " "), change_sentence(change, "PLN", "PLN", "en"))
        for change in _changes(old, new, text)
    ]


def test_a_version_does_not_differ_from_itself() -> None:
    assert diff(_load(BASE), _load(BASE)) == ()
    assert diff(_load(BASE), _load("# a comment\n" + BASE)) == ()


def test_a_threshold_is_told_with_both_values() -> None:
    (change,) = _changes("at_least: 14", "at_least: 10")
    assert (change.kind, change.where, change.detail) == ("threshold", "test.demand", "days_past_due")
    assert _said("at_least: 14", "at_least: 10") == [
        (
            (
                "„test.demand”: dzień przypada nie wcześniej niż 14 dni po terminie → "
                "dzień przypada nie wcześniej niż 10 dni po terminie."
            ),
            (
                "“test.demand”: the day is no earlier than 14 days after the due date → "
                "the day is no earlier than 10 days after the due date."
            ),
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("title: {pl: Próba, en: Trial}", "title: {pl: Próba druga, en: Trial}", ["title"]),
        ("jurisdiction: pl", "jurisdiction: pl\npriority: 5", ["priority"]),
        ("jurisdiction: pl", "jurisdiction: pl\napplies_to: [segment: retail]", ["applies_to"]),
        ("ledger_currency: PLN", "ledger_currency: EUR", ["ledger_currency"]),
        ("{demand: {wait: 7}}", "{demand: {wait: 9}}", ["wait"]),
        ("notice: demand", "notice: reminder", ["notice"]),
        ("notice: demand", "mode: most_severe, catch_up: all, notice: demand", ["mode", "catch_up"]),
        ("{demand: {wait: 7}}]", "{demand: {wait: 7}}, court]", ["stages"]),
        ("notice: demand", "notice: demand, renamed: {prompt: reminder}", ["renamed"]),
        ("stages: [reminder, ", "stages: [nudge, reminder, ", ["stages"]),
        (DEMAND, "", ["rule_removed"]),
        (REMINDER + DEMAND, DEMAND + REMINDER, ["rule_moved"]),
        ("for: customer", "for: item", ["subject"]),
        ("because: credit policy", "because: terms", ["because"]),
        ("because: credit policy", "", ["because"]),
        ("at_least: 3}]", "at_least: 3}, on_hold: no]", ["condition_added"]),
        ("[days_past_due: {at_least: 3}]", "[]", ["condition_removed"]),
        ("at_least: 90}]]", "at_least: 80}]]", ["condition_removed", "condition_added"]),
        ("wording: alert", "wording: alarm", ["setting"]),
        ("wording: alert}]", "wording: alert, again_after: 9}]", ["setting"]),
        (
            "then: [notify: {who: [account_manager], wording: alert}]",
            "then: [reinstate: {}]",
            ["action_removed", "action_added"],
        ),
    ],
)
def test_each_change_has_its_kind_and_a_sentence(old: str, new: str, kinds: list[str]) -> None:
    assert [change.kind for change in _changes(old, new)] == kinds
    for polish, english in _said(old, new):
        assert polish.endswith(".")
        assert english.endswith(".")
        assert polish != english


def test_an_added_rule_is_told_as_its_sentence() -> None:
    without = BASE.replace(DEMAND, "")
    (change,) = diff(_load(without), _load(BASE))
    assert change.kind == "rule_added"
    assert change_sentence(change, "PLN", "PLN", "en").startswith(
        "New rule “test.demand”: When the day is no earlier than 14 days after the due date, remind (stage: “demand”;"
    )


def test_a_reordered_condition_is_a_change_of_conditions() -> None:
    text = BASE.replace("at_least: 3}]", "at_least: 3}, on_hold: no]")
    kinds = [
        change.kind
        for change in _changes(
            "[days_past_due: {at_least: 3}, on_hold: no]", "[on_hold: no, days_past_due: {at_least: 3}]", text
        )
    ]
    assert kinds == ["conditions"]


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("more_than: 36", "more_than: 48", ["threshold"]),
        ("forbid: all", "forbid: [remind]", ["guard_effect"]),
        ("because: no rate", "because: rate", ["because"]),
        (
            "  - {id: rate, for: [item, customer], forbid: all, when: [rate_known: no], because: no rate}\n",
            "",
            ["guard_removed"],
        ),
    ],
)
def test_changes_of_guards_are_told(old: str, new: str, kinds: list[str]) -> None:
    assert old in GUARDS
    changes = diff(_load(BASE), _load(BASE, GUARDS.replace(old, new)))
    assert [change.kind for change in changes] == kinds
    back = diff(_load(BASE, GUARDS.replace(old, new)), _load(BASE))
    assert len(back) == len(changes)
    for change in (*changes, *back):
        assert all(change_sentence(change, "PLN", "PLN", language) for language in LANGUAGES)


def test_moved_guards_are_told() -> None:
    head, *guards = GUARDS.split("  - {id")
    order = "  - {id".join([head, guards[2], guards[0], guards[1], *guards[3:]])
    (change,) = diff(_load(BASE), _load(BASE, order))
    assert (change.kind, change.where, change.old, change.new) == ("guard_moved", "hold", 3, 1)


def test_another_jurisdiction_is_told() -> None:
    other = _load(
        BASE.replace("jurisdiction: pl", "jurisdiction: eu"), GUARDS.replace("jurisdiction: pl", "jurisdiction: eu")
    )
    (change,) = diff(_load(BASE), other)
    assert (change.kind, change.old, change.new) == ("jurisdiction", "pl", "eu")


def test_the_data_is_plain_json_as_written() -> None:
    new = BASE.replace("at_least: 14", "at_least: 10").replace(ALERT, "").replace("{wait: 7}", "{wait: 9}")
    data = diff_data(_load(BASE), _load(new))
    assert json.loads(json.dumps(data)) == data
    assert [one["kind"] for one in data] == ["wait", "rule_removed", "threshold"]
    assert data[2]["old"] == [{"days_past_due": {"at_least": 14}}]
    assert data[2]["new"] == [{"days_past_due": {"at_least": 10}}]
    assert data[1]["old"]["id"] == "test.alert"
    assert data[0]["sentence"] == {
        "pl": "Etap „demand” czeka: 7 dni → 9 dni.",
        "en": "Stage “demand” waits: 7 days → 9 days.",
    }


def test_actions_and_guards_are_data_too() -> None:
    new = BASE.replace("then: [notify: {who: [account_manager], wording: alert}]", "then: [reinstate: {}]")
    removed, added = diff_data(_load(BASE), _load(new))
    assert removed["old"] == {"notify": {"who": ["account_manager"], "wording": "alert", "again_after": 30}}
    assert added["new"] == {"reinstate": {"services": "all", "notify": ["account_manager"]}}
    (effect,) = diff_data(_load(BASE), _load(BASE, GUARDS.replace("forbid: all", "forbid: [remind]")))
    assert (effect["old"]["forbid"], effect["new"]["forbid"]) == ("all", ["remind"])
    (stages,) = diff_data(_load(BASE), _load(BASE.replace("{demand: {wait: 7}}]", "{demand: {wait: 7}}, court]")))
    assert stages["new"] == ["reminder", "demand", "court"]


_PARTS = [
    f"\n  - {{id: r{number}, for: item, when: [], then: [notify: {{who: [account_manager], wording: w}}]}}"
    for number in range(5)
]
_ORDERS = {order: _load(document("".join(_PARTS[place] for place in order), "")) for order in permutations(range(5))}


@given(st.sampled_from(sorted(_ORDERS)), st.sampled_from(sorted(_ORDERS)))
def test_moving_the_told_rules_turns_one_order_into_the_other(old: tuple[int, ...], new: tuple[int, ...]) -> None:
    moved = [change.where for change in diff(_ORDERS[old], _ORDERS[new])]
    rest = [rule.id for rule in _ORDERS[old].rules if rule.id not in moved]
    assert rest == [rule.id for rule in _ORDERS[new].rules if rule.id not in moved]
    assert (moved == []) == (old == new)
