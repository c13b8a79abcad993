"""An amount without a rate is no amount: a guard must hold what rules decide by amounts.

Bad:
    guards:
      - {id: hold, for: [item], forbid: [remind], when: [on_hold: yes], because: the item rests}
      - {id: doubt, for: [item], forbid: [remind], when: [books_doubtful: yes], because: he may have paid}
      - id: fresh
        for: [item]
        forbid: [remind]
        when: [source_age_hours: {more_than: 36}]
        because: a payment may have arrived
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}, open_amount: {at_least: 50 PLN}]
        then: [remind: {stage: reminder, wording: reminder}]

Good:
    guards:
      - {id: hold, for: [item], forbid: [remind], when: [on_hold: yes], because: the item rests}
      - {id: doubt, for: [item], forbid: [remind], when: [books_doubtful: yes], because: he may have paid}
      - id: fresh
        for: [item]
        forbid: [remind]
        when: [source_age_hours: {more_than: 36}]
        because: a payment may have arrived
      - {id: rate, for: [item], forbid: all, when: [rate_known: no], because: amounts cannot be compared}
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}, open_amount: {at_least: 50 PLN}]
        then: [remind: {stage: reminder, wording: reminder}]
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.facts.catalogue import BY_NAME
from engine.ruleset.condition import tests
from rules.lint import Checked, Found, Severity, guards_against

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Rules that read amounts while no guard reads rate_known."""
    for index, rule in enumerate(checked.ruleset.rules):
        if not any(BY_NAME[test.fact].type == "money" for test in tests(rule.when)):
            continue
        for action in rule.then:
            if not guards_against(checked.ruleset, action.kind, "rate_known"):
                yield Found(
                    ("rules", index),
                    f"'{rule.id}' reads amounts, but no guard stops '{action.kind}' while an "
                    "exchange rate is missing (rate_known: no).",
                )
