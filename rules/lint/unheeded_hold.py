"""A disputed or resting item is left alone: by the rule itself or by a guard.

Bad:
    guards:
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
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]

Good:
    guards:
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
        when: [days_past_due: {at_least: 3}, on_hold: no]
        then: [remind: {stage: reminder, wording: reminder}]
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.ruleset.condition import tests
from rules.lint import Checked, Found, Severity, guards_against

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Reminding or suspending rules that nothing keeps from acting on what is on hold."""
    for index, rule, action in checked.actions(lambda kind: kind.adverse):
        if guards_against(checked.ruleset, action.kind, "on_hold"):
            continue
        if all(test.fact != "on_hold" for test in tests(rule.when)):
            yield Found(("rules", index), f"'{rule.id}' never tests on_hold, and no guard does.")
