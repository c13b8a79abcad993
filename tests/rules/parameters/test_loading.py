"""Parameters of the law: what ships is whole and agrees with other sources; what is broken is told with its place."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from adapters.finance.rates.nbp import NbpRates
from engine.errors import NotFound, RulesetInvalid
from engine.law.claims.compensation import Mid
from engine.law.dated import DAY
from engine.law.law import Law
from engine.law.policy import Policy
from engine.ruleset.condition import AllOf, AnyOf, Condition, Not, Test
from rules.language.guards import load_guards
from rules.language.packs import pack, packs
from rules.parameters.loading import jurisdictions, law, read_law

_ROOT = Path(__file__).parents[3] / "rules"
ALL = [law(name) for name in jurisdictions()]
PL = law("pl")


def test_every_country_of_the_house_has_interest_and_compensation() -> None:
    assert jurisdictions() == ("cz", "de", "es", "eu", "fr", "it", "pl", "uk")
    assert all(known.tiers() and known.all_rates() for known in ALL)


def test_a_country_without_guards_is_no_pack() -> None:
    assert [found.name for found in packs()] == ["eu", "pl"]
    assert all(path.parent.name != "parameters" for found in packs() for path in found.rulesets)


def test_an_unknown_jurisdiction_is_not_found() -> None:
    with pytest.raises(NotFound, match="xx"):
        law("xx")


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.jurisdiction)
def test_every_value_has_a_source_titles_and_no_gap(known: Law) -> None:
    for parameter in known.parameters.values():
        assert parameter.title["pl"]
        assert parameter.title["en"]
        for start, end, value in parameter.over(parameter.values[0].first, parameter.verified_to):
            assert value.source
            assert value.covers(start)
            assert value.covers(end)


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.jurisdiction)
def test_every_rate_but_a_reference_is_checked_by_a_formula_on_every_day(known: Law) -> None:
    bare = {rates.name for rates in known.all_rates().values() if not rates.formulas}
    assert bare <= {"pl.nbp_reference", "eu.ecb_refinancing", "de.base", "cz.repo", "uk.bank_rate"}
    for rates in known.all_rates().values():
        for formula, following in pairwise(rates.formulas):
            assert formula.last
            assert formula.last + DAY == following.first
        if rates.formulas:
            assert rates.formulas[0].first <= rates.values[0].first
            assert rates.formulas[-1].last is None


def test_half_years_of_commercial_rates_begin_in_january_and_july() -> None:
    for name in ("commercial_general", "commercial_public_health"):
        firsts = {(value.first.month, value.first.day) for value in PL.rates(name).values}
        assert firsts == {(1, 1), (7, 1)}


def test_every_commercial_and_civil_rate_is_named_with_its_announcement() -> None:
    for name in ("statutory_delay", "commercial_general", "commercial_public_health"):
        assert all(re.fullmatch(r"M\.P\. 20\d\d poz\. \d+", value.source) for value in PL.rates(name).values)


def test_euro_rates_are_those_of_table_a() -> None:
    rates = NbpRates()
    for value in PL.parameter("euro_by_month", Mid).values:
        assert Fraction(value.value.ten_thousandths, 10_000) == Fraction(rates.rate("EUR", value.first) or 0)


def test_the_german_base_rate_follows_the_ecb() -> None:
    """Base = ECB - 0.88 in every half-year since 2016: what the last one is derived by."""
    ecb = law("eu").rates("ecb_refinancing")
    base = law("de").rates("base")
    assert all(value.value == ecb.on(value.first).value - 88 for value in base.values)


def _tests(condition: Condition) -> list[Test]:
    if isinstance(condition, Test):
        return [condition]
    if isinstance(condition, Not):
        return _tests(condition.condition)
    assert isinstance(condition, AllOf | AnyOf)
    return [test for part in condition.conditions for test in _tests(part)]


def test_guards_of_the_pack_hold_no_number_of_the_law() -> None:
    tests = [test for guard in load_guards(pack("pl").guards_text()) for test in _tests(guard.when)]
    numbers = {(test.fact, test.value) for test in tests if type(test.value) is int and test.value not in {0, 1}}
    assert numbers == set(), "what the law says is read from its dated parameters"
    assert not [test for test in tests if isinstance(test.value, tuple) and any(type(one) is int for one in test.value)]


GOOD = """
jurisdiction: xx
parameters:
  - name: base
    kind: rate
    title: {pl: Stopa, en: Rate}
    basis: an act
    verified_to: 2026-12-31
    confidence: A
    source: a gazette
    values:
      - {from: 2025-01-01, to: 2025-06-30, value: "1.00"}
      - {from: 2025-07-01, value: "-0.50", source: another, confidence: B}
  - name: delay
    kind: rate
    title: {pl: Odsetki, en: Interest}
    basis: {pl: ustawa, en: an act}
    verified_to: 2026-12-31
    confidence: A
    source: a gazette
    fixed: yes
    never: [consumer]
    debtors: [business]
    formulas: [{from: 2025-01-01, reference: base, margin: "8.00"}]
    values:
      - {from: 2025-01-01, to: 2025-06-30, value: "9.00"}
      - {from: 2025-07-01, value: "7.50"}
  - name: wait
    kind: days
    title: {pl: Dni, en: Days}
    basis: an act
    verified_to: 2026-12-31
    confidence: C
    source: general knowledge
    values: [{from: 2025-01-01, value: 14}]
"""


def test_every_part_of_a_document_is_read() -> None:
    known = read_law([("a.yaml", GOOD)])
    base, delay = known.rates("base"), known.rates("delay")
    assert [(value.value, value.source, value.confidence) for value in base.values] == [
        (100, "a gazette", "A"),
        (-50, "another", "B"),
    ]
    assert base.basis == {"pl": "an act", "en": "an act"}
    assert (delay.name, delay.fixed, delay.never, delay.debtors) == ("xx.delay", True, ("consumer",), ("business",))
    assert delay.on(date(2026, 12, 31)).value == 750
    assert known.parameter("wait", int).on(date(2025, 1, 1)).value == 14
    assert known.calendar is None


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('value: "1.00"', "value: 1.0", 12, "two decimals"),
        ('value: "1.00"', 'value: "1.000"', 12, "two decimals"),
        ('to: 2025-06-30, value: "1.00"', 'to: 2025-06-29, value: "1.00"', 13, "without gap or overlap"),
        ('to: 2025-06-30, value: "1.00"', 'value: "1.00"', 13, "without gap or overlap"),
        ('to: 2025-06-30, value: "1.00"', 'to: 2024-06-30, value: "1.00"', 12, "before 'from'"),
        ('{from: 2025-07-01, value: "-0.50"', '{from: 2025-06-30, value: "-0.50"', 13, "without gap or overlap"),
        ('value: "9.00"', 'value: "9.01"', 26, "9.01 is not what the formula makes on 2025-01-01: 9.00"),
        ("reference: base,", "reference: basis,", 24, "no rate 'basis'"),
        ('margin: "8.00"', "margin: 8", 24, "two decimals"),
        ("kind: days", "kind: dayz", 29, "'kind' must be one of"),
        ("value: 14", "value: yes", 35, "not a whole number"),
        ("value: 14", "value: -1", 35, "not a whole number"),
        ("    source: general knowledge\n", "", 34, "no 'source'"),
        ("confidence: C", "confidence: D", 33, "must be one of: A, B, C"),
        ("    title: {pl: Dni, en: Days}\n", "", 28, "'title' is missing"),
        ("{pl: Dni, en: Days}", "{pl: Dni}", 30, "'en' is missing"),
        ("never: [consumer]", "never: [consumers]", 22, "must be one of"),
        ("kind: days", "kind: days\n    fixed: yes", 30, "belongs to parameters of the kind 'rate'"),
        ("name: wait", "name: base", 28, "written twice"),
        ("name: wait", "name: Wait", 28, "lower case"),
        ("fixed: yes", "fixt: yes", 21, "no key 'fixt'"),
        ("from: 2025-01-01, value: 14", "from: 1 May, value: 14", 35, "'from'"),
        (
            "    basis: an act\n    verified_to: 2026-12-31\n    confidence: C",
            "    basis: an act\n    verified_to: 2024-12-31\n    confidence: C",
            32,
            "before the last value begins",
        ),
        ("{from: 2025-01-01, value: 14}", "{from: 2025-01-01, to: 2025-12-31, value: 14}", 32, "after the last value"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_field(old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    with pytest.raises(RulesetInvalid) as caught:
        read_law([("rules/xx/parameters/a.yaml", GOOD.replace(old, new, 1))])
    problem = next(one for one in caught.value.problems if says in str(one))
    assert (problem.file, problem.line) == ("rules/xx/parameters/a.yaml", line)
    assert problem.path


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("money", "200", "write an amount and a currency"),
        ("compensation", "[]", "must be a list"),
        ("compensation", "[{amount: 40 EUR, at_least: 1 EUR}]", "first lump sum has no bound"),
        ("compensation", "[{amount: 40 EUR}, {amount: 70 EUR, at_least: 1 EUR, more_than: 2 EUR}]", "one of"),
        (
            "compensation",
            "[{amount: 1 EUR}, {amount: 2 EUR, at_least: 9 EUR}, {amount: 3 EUR, at_least: 5 EUR}]",
            "rising",
        ),
        ("exchange_rate", '{mid: "4.26", published: 2015-12-31}', "four decimals"),
        ("exchange_rate", "4.2615", "must be a mapping"),
        ("limitation", "{years: 0, to_year_end: yes}", "years"),
        ("limitation", "{years: 3, to_year_end: often}", "to_year_end"),
        ("suspension", "{before_notice: 30}", "before_cut"),
        ("contact", "{working_days: [8]}", "working_days"),
        ("contact", "{working_days: [8, 25]}", "working_days"),
        ("court_fee", "{steps: []}", "steps"),
        ("window", "{months: 13, days: 15}", "months"),
    ],
)
def test_a_value_that_its_kind_does_not_allow_is_told(kind: str, value: str, says: str) -> None:
    text = GOOD.replace("kind: days", f"kind: {kind}").replace("value: 14", f"value: {value}")
    with pytest.raises(RulesetInvalid, match=says):
        read_law([("a.yaml", text)])


CALENDAR = """
jurisdiction: xx
calendar:
  basis: an act
  source: the act
  from: 2026-01-01
  verified_to: 2026-12-31
  saturdays_from: 2026-01-01
  days_off:
    - {day: 2026-01-01, name: New Year}
    - {day: 2026-05-01, name: May Day}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2026-05-01", "2027-05-01", "outside the calendar"),
        ("2026-05-01", "2026-01-01", "does not follow"),
        ("2026-05-01", "2026-02-30", "'day'"),
    ],
)
def test_a_calendar_in_disorder_is_refused(old: str, new: str, says: str) -> None:
    assert read_law([("a.yaml", CALENDAR)]).days_off.off(date(2026, 5, 1))
    with pytest.raises(RulesetInvalid, match=says):
        read_law([("a.yaml", CALENDAR.replace(old, new))])


def test_documents_of_one_jurisdiction_go_together_and_have_one_calendar() -> None:
    assert set(read_law([("a.yaml", GOOD), ("b.yaml", CALENDAR)]).parameters) == {"base", "delay", "wait"}
    with pytest.raises(RulesetInvalid, match="another calendar"):
        read_law([("a.yaml", CALENDAR), ("b.yaml", CALENDAR)])
    with pytest.raises(RulesetInvalid, match="are of 'xx'"):
        read_law([("a.yaml", GOOD), ("b.yaml", CALENDAR.replace("xx", "yy"))])


def test_a_transition_names_a_rate_that_is_there() -> None:
    with_old = GOOD.replace("    fixed: yes", "    transition: {day: 2026-01-01, old: base}\n    fixed: yes")
    change = read_law([("a.yaml", with_old)]).rates("delay").transition
    assert change
    assert change.old.name == "xx.base"
    with pytest.raises(RulesetInvalid, match="no rate 'other'"):
        read_law([("a.yaml", with_old.replace("old: base", "old: other"))])


def test_a_reference_that_is_not_verified_far_enough_is_told() -> None:
    text = GOOD.replace("verified_to: 2026-12-31", "verified_to: 2026-06-30", 1)
    with pytest.raises(RulesetInvalid, match="verified to 2026-06-30"):
        read_law([("a.yaml", text)])


def test_no_number_of_the_law_is_written_in_the_engine() -> None:
    """What is left are days of a year, the calendar, places of formats, and our own choices in the policy."""
    allowed = {0, 1, 2, 5, 6, 7, 12, 26, 31, 100, 365, 366, 10_000}
    chosen = {"policy.py": {Policy().compensations_most}}
    for path in (_ROOT.parent / "engine" / "law").rglob("*.py"):
        code = re.sub(r'"""[\s\S]*?"""|#.*|"[^"\n]*"', "", path.read_text("utf-8"))
        numbers = {int(number.replace("_", "")) for number in re.findall(r"(?<![\w.])\d[\d_]*", code)}
        assert numbers <= allowed | chosen.get(path.name, set()), (path.name, numbers - allowed)
