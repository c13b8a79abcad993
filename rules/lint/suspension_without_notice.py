"""Services are suspended only after a notice: the ladder must name the stage that is one.

Bad:
    ladder: {stages: [reminder, demand]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]
      - id: demand
        for: item
        when: [days_past_due: {at_least: 14}]
        then: [remind: {stage: demand, wording: demand}]
      - id: suspend
        for: customer
        when: [suspended: no, has_service: yes, notice_delivered: yes]
        then: [suspend: {}]
      - id: reinstate
        for: customer
        when: [suspended: yes]
        then: [reinstate: {}]

Good:
    ladder: {stages: [reminder, demand], notice: demand}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]
      - id: demand
        for: item
        when: [days_past_due: {at_least: 14}]
        then: [remind: {stage: demand, wording: demand}]
      - id: suspend
        for: customer
        when: [suspended: no, has_service: yes, notice_delivered: yes]
        then: [suspend: {}]
      - id: reinstate
        for: customer
        when: [suspended: yes]
        then: [reinstate: {}]
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint import Checked, Found, Severity

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Suspending rules in a ruleset whose ladder has no notice stage."""
    if checked.ruleset.ladder.notice is not None:
        return
    for index, rule, _ in checked.actions(lambda kind: kind.desired == "suspended"):
        yield Found(("rules", index), f"'{rule.id}' suspends, but the ladder names no 'notice' stage to precede it.")
