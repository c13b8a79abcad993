"""Every rule can be said in one sentence, in both languages, with the grammar right."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from engine.actions import KINDS
from engine.facts.catalogue import BY_NAME, CATALOGUE, Fact
from engine.ruleset.condition import AllOf, AnyOf, Not, Test
from engine.ruleset.model import ActionSpec, Guard, Rule
from rules.language.conditions import operators_of
from rules.language.loader import load_ruleset
from rules.language.packs import packs
from rules.sentences import words
from rules.sentences.quantities import days, polish_form, quantity
from rules.sentences.rule import condition_text, guard_sentence, rule_sentence, sentences, test_text
from rules.sentences.words import LANGUAGES, Language
from tests.rules.written_rules import conditions

clause = test_text
del test_text  # pytest would take it for a test


def _example(fact: Fact, operator: str) -> Any:
    one: Any = {"flag": True, "choice": fact.choices[0] if fact.choices else "", "text": "retail"}.get(
        fact.type, date(2026, 12, 1).toordinal() if fact.type == "date" else 5
    )
    if operator in {"present", "absent"}:
        return None
    if operator == "between":
        return (one, one + 1)
    return (one,) if operator in {"one_of", "none_of"} else one


@pytest.mark.parametrize("fact", CATALOGUE, ids=lambda fact: fact.name)
def test_every_fact_and_operator_has_words_in_both_languages(fact: Fact) -> None:
    said = [
        clause(Test(fact.name, operator, _example(fact, operator)), "PLN", language)
        for operator in operators_of(fact)
        for language in LANGUAGES
    ]
    assert all("{" not in text and fact.name not in text for text in said if "_" in fact.name)
    distinct = len(set(said))
    # a flag that is not no is yes, and one of one is that one: the same words are right there
    assert distinct >= len(said) - 4
    assert all(text.strip() for text in said)


def test_a_denied_fact_that_may_be_absent_is_said_to_be_known() -> None:
    denied = Test("segment", "is_not", "VIP")
    assert clause(denied, "PLN", "en") == "the customer's segment is not “VIP” (and is known)"
    assert clause(denied, "PLN", "pl") == "segment klienta to nie „VIP” (a wartość jest znana)"
    always = Test("customer_kind", "none_of", ("consumer",))
    assert clause(always, "PLN", "en") == "the kind of the customer is not consumer"


def test_every_choice_has_words_in_both_languages() -> None:
    for fact in CATALOGUE:
        for choice in fact.choices:
            assert set(words.CHOICES[choice]) == set(LANGUAGES), choice


def test_every_setting_of_every_action_has_words_in_both_languages() -> None:
    for kind in KINDS.values():
        for parameter in kind.parameters.values():
            assert set(parameter.label) == set(LANGUAGES)
            assert all(set(words.CODES[choice]) == set(LANGUAGES) for choice in parameter.choices)


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, 2), (1, 0), (2, 1), (4, 1), (5, 2), (11, 2), (12, 2), (14, 2), (21, 2), (22, 1), (101, 2), (112, 2), (122, 1),
     (-1, 0)],
)  # fmt: skip
def test_polish_plurals(number: int, form: int) -> None:
    assert polish_form(number) == form


def test_days_and_hours_agree_with_their_number() -> None:
    assert [days(number, "pl") for number in (1, 2, 5, 22)] == ["1 dzień", "2 dni", "5 dni", "22 dni"]
    assert [days(number, "en") for number in (1, 2)] == ["1 day", "2 days"]
    assert days(1, "pl", genitive=True) == "1 dnia"
    hours = BY_NAME["source_age_hours"]
    assert [quantity(hours, number, "", "pl") for number in (1, 2, 5, 36)] == [
        "1 godzina",
        "2 godziny",
        "5 godzin",
        "36 godzin",
    ]
    assert quantity(hours, 1, "", "pl", genitive=True) == "1 godziny"
    assert [quantity(hours, number, "", "en") for number in (1, 2)] == ["1 hour", "2 hours"]


@pytest.mark.parametrize(
    ("test", "polish", "english"),
    [
        (Test("days_past_due", "at_least", 3), "dzień przypada nie wcześniej niż 3 dni po terminie",
         "the day is no earlier than 3 days after the due date"),
        (Test("days_past_due", "between", (-7, 0)),
         "dzień przypada od 7 dni przed terminem do dnia terminu płatności",
         "the day is from 7 days before the due date to the due date"),
        (Test("days_past_due", "is", 0), "dzień przypada dokładnie w dniu terminu płatności",
         "the day is exactly the due date"),
        (Test("days_in_stage", "between", (1, 5)), "od wysłania ostatniego etapu minęło od 1 dnia do 5 dni",
         "the time since the last stage was sent is from 1 day to 5 days"),
        (Test("open_amount", "more_than", 123456), "kwota otwarta wynosi więcej niż 1 234,56 PLN",
         "the open amount is more than 1,234.56 PLN"),
        (Test("credit_utilisation", "less_than", 90), "wykorzystanie limitu kredytowego wynosi mniej niż 90%",
         "the use of the credit limit is less than 90%"),
        (Test("due_date", "at_most", date(2026, 12, 1).toordinal()),
         "termin płatności przypada nie później niż 1 grudnia 2026", "the due date is no later than 1 December 2026"),
        (Test("customer_kind", "one_of", ("business", "sole_trader")),
         "rodzaj klienta to firma albo osoba prowadząca działalność",
         "the kind of the customer is business or sole trader"),
        (Test("customer_kind", "none_of", ("public", "consumer")),
         "rodzaj klienta to nie podmiot publiczny ani konsument",
         "the kind of the customer is not public body or consumer"),
        (Test("segment", "is_not", "retail"), "segment klienta to nie „retail” (a wartość jest znana)",
         "the customer's segment is not “retail” (and is known)"),
        (Test("credit_limit", "absent"), "nie jest znana wartość „limit kredytowy”",
         "the value of “credit limit” is not known"),
        (Test("segment", "present"), "znana jest wartość „segment”", "the value of “segment” is known"),
        (Test("on_hold", "is", False), "windykacja nie jest wstrzymana", "dunning is not on hold"),
        (Test("on_hold", "is_not", False), "windykacja jest wstrzymana", "dunning is on hold"),
    ],
)  # fmt: skip
def test_comparisons_read_naturally(test: Test, polish: str, english: str) -> None:
    assert clause(test, "PLN", "pl").replace("\xa0", " ") == polish
    assert clause(test, "PLN", "en") == english


def test_groups_are_bracketed_where_they_nest() -> None:
    hold, email = Test("on_hold", "is", True), Test("has_email", "is", True)
    nested = AllOf((AnyOf((hold, email)), Not(AllOf((hold, email)))))
    assert condition_text(nested, "PLN", "en") == (
        "(dunning is on hold or an e-mail address of the customer is known) and it is not true that "
        "(dunning is on hold and an e-mail address of the customer is known)"
    )
    assert condition_text(AllOf((AnyOf((hold,)),)), "PLN", "pl") == "windykacja jest wstrzymana"
    assert condition_text(AnyOf(()), "PLN", "pl") == "nigdy"
    assert condition_text(AllOf(()), "PLN", "en") == "always"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "pl",
            (
                "Gdy windykacja nie jest wstrzymana oraz adres e-mail klienta jest znany, powiadom "
                "(adresat: opiekun klienta; wzór: „alert”; ponownie najwcześniej za 1 dzień). Podstawa: umowa."
            ),
        ),
        (
            "en",
            (
                "When dunning is not on hold and an e-mail address of the customer is known, notify "
                "(to: account manager; wording: “alert”; again after 1 day). Basis: umowa."
            ),
        ),
    ],
)
def test_a_rule_is_one_sentence(language: Language, sentence: str) -> None:
    when = AllOf((Test("on_hold", "is", False), Test("has_email", "is", True)))
    action = ActionSpec("notify", {"who": ("account_manager",), "wording": "alert", "again_after": 1})
    assert rule_sentence(Rule("r", "customer", when, (action,), "umowa."), "PLN", language) == sentence


def test_a_rule_without_conditions_or_basis_is_said_too() -> None:
    rule = Rule("r", "customer", AllOf(()), (ActionSpec("suspend"),))
    assert rule_sentence(rule, "PLN", "en") == "Always, suspend services."
    assert rule_sentence(rule, "PLN", "pl") == "Zawsze, wstrzymaj usługi."


def test_guards_say_what_they_stop() -> None:
    when = AllOf((Test("working_day", "is", False),))
    guard = Guard("g", ("item",), ("remind",), "defer", when, "", "next_working_day")
    assert guard_sentence(guard, "pl") == (
        "Gdy dzień jest wolny od pracy, odłożone do następnego dnia roboczego: „przypomnij”."
    )
    forbidding = Guard("g", ("item",), (), "forbid", AllOf((Test("net_overdue", "at_most", 0),)), "credits")
    assert guard_sentence(forbidding, "en") == (
        "When the overdue amount less credits is at most 0, forbidden: every action. Basis: credits."
    )


@given(conditions())
def test_any_condition_can_be_said(condition: AllOf) -> None:
    for language in LANGUAGES:
        text = condition_text(condition, "PLN", language)
        assert text
        assert text.count("(") == text.count(")")


def test_every_shipped_rule_and_guard_has_its_own_sentence() -> None:
    for pack in packs():
        for path in pack.rulesets:
            ruleset = load_ruleset(path.read_text(encoding="utf-8"))
            for language in LANGUAGES:
                told = sentences(ruleset, language)
                assert list(told) == [rule.id for rule in ruleset.rules] + [guard.id for guard in ruleset.guards]
                assert len(set(told.values())) == len(told)
