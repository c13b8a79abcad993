"""A threshold is meant only when cases stand on both sides of it.

Bad:
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]
    cases:
      - {name: late, given: {days_past_due: 3}, expect: [remind: reminder]}

Good:
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]
    cases:
      - {name: not yet, given: {days_past_due: 2}, expect: []}
      - {name: late, given: {days_past_due: 3}, expect: [remind: reminder]}
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.cases.edges import untested_edges
from rules.cases.runner import facts_of_case
from rules.lint import Checked, Found, Severity

SEVERITY: Severity = "warning"


def findings(checked: Checked) -> Iterator[Found]:
    """Thresholds of rules that no case touches from within, or none from without."""
    seen = {
        subject: [
            facts
            for case in checked.loaded.cases
            if case.subject == subject
            for facts in facts_of_case(case, checked.ruleset)
        ]
        for subject in ("item", "customer")
    }
    for index, rule in enumerate(checked.ruleset.rules):
        for edge in untested_edges(rule.when, seen[rule.subject], checked.ruleset.ledger_currency):
            yield Found(("rules", index, "when"), f"'{rule.id}': no case has {edge}.")
