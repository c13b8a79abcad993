"""A rule whose conditions exclude each other never decides anything.

Bad:
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 14, less_than: 7}]
        then: [remind: {stage: reminder, wording: reminder}]

Good:
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 7, less_than: 14}]
        then: [remind: {stage: reminder, wording: reminder}]
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint import Checked, Found, Severity
from rules.proofs.regions import regions

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Rules that can never be true."""
    for index, rule in enumerate(checked.ruleset.rules):
        if not regions(rule.when):
            yield Found(("rules", index, "when"), f"'{rule.id}' can never be true: its conditions exclude each other.")
