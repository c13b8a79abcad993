"""No reminder and no suspension rests on old data: a payment may have arrived since.

Bad:
    guards:
      - {id: hold, for: [item], forbid: [remind], when: [on_hold: yes], because: the item rests}
      - {id: doubt, for: [item], forbid: [remind], when: [books_doubtful: yes], because: he may have paid}
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]

Good:
    guards:
      - {id: hold, for: [item], forbid: [remind], when: [on_hold: yes], because: the item rests}
      - {id: doubt, for: [item], forbid: [remind], when: [books_doubtful: yes], because: he may have paid}
      - id: fresh
        for: [item]
        forbid: [remind]
        when: [books_stale: yes]
        because: a payment may have arrived
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.lint import Checked, Found, Severity, guards_against

SEVERITY: Severity = "error"
_READ: Final = ("books_stale", "source_age_hours")


def findings(checked: Checked) -> Iterator[Found]:
    """Adverse actions that no guard stops when the data are old."""
    for index, rule, action in checked.actions(lambda kind: kind.adverse):
        if not any(guards_against(checked.ruleset, action.kind, fact) for fact in _READ):
            problem = f"'{rule.id}' can {action.kind} on old data: no guard reads {' or '.join(_READ)}."
            yield Found(("rules", index), problem)
