"""Later stages come later: none may be due after fewer days than the one before it.

Bad:
    ladder: {stages: [reminder, demand]}
    rules:
      - id: reminder
        for: item
        when: [days_past_due: {at_least: 20}]
        then: [remind: {stage: reminder, wording: reminder}]
      - id: demand
        for: item
        when: [days_past_due: {at_least: 14}]
        then: [remind: {stage: demand, wording: demand}]

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

from engine.ruleset.model import Rule
from rules.lint import Checked, Found, Severity, sent_stages
from rules.proofs.regions import regions

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Stages that can be due earlier than an earlier stage."""
    earlier: tuple[str, int] | None = None
    for stage, senders in sent_stages(checked.ruleset).items():
        first = min((days for _, rule in senders if (days := _first_day(rule)) is not None), default=None)
        if first is None:
            continue
        if earlier and first < earlier[1]:
            path = ("rules", senders[0][0])
            yield Found(
                path,
                f"The stage '{stage}' can be due {earlier[1] - first} days before '{earlier[0]}', "
                "which precedes it in the ladder.",
            )
        earlier = stage, first


def _first_day(rule: Rule) -> int | None:
    """The fewest days past due at which a rule can be true; None when it never looks at them."""
    spans = [region["days_past_due"].spans for region in regions(rule.when) if "days_past_due" in region]
    return min((span[0][0] for span in spans), default=None)
