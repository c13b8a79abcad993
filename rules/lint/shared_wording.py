"""Two stages with one wording read as the same letter twice, and group into one message.

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
        then: [remind: {stage: demand, wording: reminder}]

Good:
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
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint import Checked, Found, Severity

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Stages that use a wording which an earlier rule uses for another stage."""
    first: dict[str, str] = {}
    for index, rule, action in checked.actions(lambda kind: kind.laddered):
        wording, stage = str(action.params.get("wording")), str(action.stage)
        if first.setdefault(wording, stage) != stage:
            yield Found(
                ("rules", index, "then"),
                f"'{rule.id}' sends the stage '{stage}' with the wording '{wording}' of the stage '{first[wording]}'.",
            )
