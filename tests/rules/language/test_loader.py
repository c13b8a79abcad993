"""A document becomes what the engine uses, word for word."""

from __future__ import annotations

import pytest

from engine.errors import RulesetInvalid
from engine.ruleset.condition import AllOf, AnyOf, Not, Test
from engine.ruleset.model import ActionSpec, Guard, Ladder, Rule, Stage
from rules.language.loader import load_document, load_guards, load_ruleset
from rules.language.packs import pack
from tests.rules.documents import GUARDS, NO_GUARDS, document

TEXT = """
ruleset: test.loader
title: {pl: Próba, en: Trial}
ledger_currency: PLN
jurisdiction: pl
priority: 7
applies_to: [customer_kind: {one_of: [business, public]}, country: NO]
ladder: {stages: [reminder, {demand: {wait: 9}}], mode: most_severe, catch_up: skip, notice: demand}
rules:
  - id: test.demand
    for: item
    when:
      - days_past_due: {at_least: 14, less_than: 90}
      - open_amount: {more_than: 1 234.50 PLN}
      - due_date: {at_most: 2026-12-31}
      - any: [segment: retail, [on_hold: no, disputed: {is_not: yes}], {days_in_stage: {between: [1, 3], is_not: 2}}]
      - not: [hold_reason: promise, credit_limit: {absent: yes}]
    then:
      - remind: {stage: demand, wording: demand}
      - notify: {who: [credit_controller], wording: alert}
    because: terms
  - id: test.stop
    for: customer
    when: []
    then: [suspend: {services: [mobile, fixed]}, reinstate: ]
cases:
  - {name: one, given: {days_past_due: 20, segment: null}, sent: {reminder: 3}, expect: [remind: demand]}
"""


def test_every_part_of_a_document_is_read() -> None:
    ruleset = load_ruleset(TEXT, guards=NO_GUARDS)
    assert (ruleset.id, ruleset.priority, ruleset.ledger_currency, ruleset.jurisdiction) == (
        "test.loader",
        7,
        "PLN",
        "pl",
    )
    assert ruleset.title == {"pl": "Próba", "en": "Trial"}
    assert ruleset.applies_to == AllOf(
        (Test("customer_kind", "one_of", ("business", "public")), Test("country", "is", "NO"))
    )
    assert ruleset.ladder == Ladder((Stage("reminder"), Stage("demand", 9)), "most_severe", "skip", "demand")
    assert ruleset.guards == ()
    demand, stop = ruleset.rules
    assert demand.when == AllOf(
        (
            Test("days_past_due", "at_least", 14),
            Test("days_past_due", "less_than", 90),
            Test("open_amount", "more_than", 123450),
            Test("due_date", "at_most", 739981),
            AnyOf(
                (
                    Test("segment", "is", "retail"),
                    AllOf((Test("on_hold", "is", False), Test("disputed", "is_not", True))),
                    AllOf((Test("days_in_stage", "between", (1, 3)), Test("days_in_stage", "is_not", 2))),
                )
            ),
            Not(AllOf((Test("hold_reason", "is", "promise"), Test("credit_limit", "absent")))),
        )
    )
    assert demand.then == (
        ActionSpec("remind", {"stage": "demand", "wording": "demand", "via": ("email",)}),
        ActionSpec("notify", {"who": ("credit_controller",), "wording": "alert", "again_after": 30}),
    )
    assert demand.because == "terms"
    assert stop == Rule(
        "test.stop",
        "customer",
        AllOf(()),
        (
            ActionSpec("suspend", {"services": ("mobile", "fixed"), "notify": ("account_manager",)}),
            ActionSpec("reinstate", {"services": "all", "notify": ("account_manager",)}),
        ),
    )


def test_defaults_are_those_of_the_documentation() -> None:
    text = "{ruleset: a, title: {pl: A, en: A}, ledger_currency: EUR, jurisdiction: eu, rules: []}"
    loaded = load_document(text)
    assert (loaded.ruleset.priority, loaded.ruleset.applies_to, loaded.ruleset.ladder) == (100, None, Ladder())
    assert loaded.cases == ()
    assert load_ruleset(document(ladder="{stages: [reminder, demand]}"), guards=GUARDS).ladder.mode == "stepwise"


def test_without_guards_the_pack_of_the_jurisdiction_binds() -> None:
    text = "{ruleset: a, title: {pl: A, en: A}, ledger_currency: EUR, jurisdiction: eu, rules: []}"
    assert load_ruleset(text).guards == load_guards(pack("eu").guards_text())


def test_guards_of_another_jurisdiction_are_refused() -> None:
    with pytest.raises(RulesetInvalid, match="The guards given are those of 'eu'"):
        load_ruleset(document(), guards=pack("eu").guards_text())


def test_problems_of_the_guards_name_the_guards() -> None:
    with pytest.raises(RulesetInvalid, match=r"guards:1: The key 'guards' is missing\."):
        load_ruleset(document(), guards="jurisdiction: pl")


def test_guards_are_read_word_for_word() -> None:
    text = """
jurisdiction: xx
guards:
  - {id: one, for: [item], forbid: all, when: [net_overdue: {at_most: 0}], because: covered}
  - {id: two, for: [customer], defer: [suspend], until: next_working_day, when: [working_day: no], because: day off}
"""
    assert load_guards(text) == (
        Guard("one", ("item",), (), "forbid", AllOf((Test("net_overdue", "at_most", 0),)), "covered"),
        Guard(
            "two",
            ("customer",),
            ("suspend",),
            "defer",
            AllOf((Test("working_day", "is", False),)),
            "day off",
            "next_working_day",
        ),
    )


def test_cases_are_read_in_engine_form() -> None:
    (case,) = load_document(TEXT, guards=NO_GUARDS).cases
    assert (case.name, case.subject, case.expect, case.sent) == ("one", "item", ("remind: demand",), {"reminder": 3})
    assert case.given == {"days_past_due": 20, "segment": None}
    assert case.line == 27
