"""Small documents for tests, made from a few parts."""

from __future__ import annotations

GUARDS = """
jurisdiction: pl
guards:
  - {id: rate, for: [item, customer], forbid: all, when: [rate_known: no], because: no rate}
  - {id: fresh, for: [item, customer], forbid: [remind, suspend], when: [source_age_hours: {more_than: 36}],
     because: old}
  - {id: hold, for: [item, customer], forbid: [remind, suspend], when: [on_hold: yes], because: rests}
  - {id: doubt, for: [item, customer], forbid: [remind, suspend], when: [books_doubtful: yes], because: doubt}
"""
NO_GUARDS = "{jurisdiction: pl, guards: []}"

LADDER = "{stages: [reminder, {demand: {wait: 7}}], notice: demand}"
REMINDER = """
  - id: test.reminder
    for: item
    when: [days_past_due: {at_least: 3}]
    then: [remind: {stage: reminder, wording: reminder}]
"""
DEMAND = """
  - id: test.demand
    for: item
    when: [days_past_due: {at_least: 14}]
    then: [remind: {stage: demand, wording: demand}]
"""
CASES = """
  - {name: late, given: {days_past_due: 3}, expect: [remind: reminder]}
  - {name: not yet, given: {days_past_due: 2}, expect: []}
  - {name: very late, given: {days_past_due: 14}, expect: [remind: demand]}
  - {name: nearly, given: {days_past_due: 13}, expect: [remind: reminder]}
"""


def document(rules: str = REMINDER + DEMAND, cases: str = CASES, *, ladder: str = LADDER, head: str = "") -> str:
    """A ruleset of these parts, in PLN, of the pack pl."""
    return f"""
ruleset: test.rules
title: {{pl: Próba, en: Trial}}
ledger_currency: PLN
jurisdiction: pl
{head}
ladder: {ladder}
rules: {rules or "[]"}
cases: {cases or "[]"}
"""
