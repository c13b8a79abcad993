"""What suspends must also be able to give back.

Bad:
    ladder: {stages: [demand], notice: demand}
    rules:
      - id: demand
        for: item
        when: [days_past_due: {at_least: 14}]
        then: [remind: {stage: demand, wording: demand}]
      - id: suspend
        for: customer
        when: [suspended: no, has_service: yes, notice_delivered: yes]
        then: [suspend: {}]

Good:
    ladder: {stages: [demand], notice: demand}
    rules:
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
    """Suspending rules in a ruleset without a reinstating one."""
    if any(checked.actions(lambda kind: kind.desired == "active")):
        return
    for index, rule, _ in checked.actions(lambda kind: kind.desired == "suspended"):
        yield Found(("rules", index), f"'{rule.id}' suspends, but no rule ever reinstates.")
