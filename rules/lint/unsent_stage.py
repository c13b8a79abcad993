"""A stage that no rule sends: the ladder stops there, for no stage above the notice is sent before it.

Bad:
    ladder: {stages: [reminder, demand]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]

Good:
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint import Checked, Found, Severity, sent_stages

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Stages of the ladder that no rule sends."""
    for position, (stage, senders) in enumerate(sent_stages(checked.ruleset).items()):
        if not senders:
            yield Found(("ladder", "stages", position), f"No rule sends the stage '{stage}'.")
