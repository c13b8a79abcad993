"""A rule that is true only where earlier ones are is outranked always: the first rule in document order wins.

Bad:
    ladder: {stages: [reminder]}
    rules:
      - id: small
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]
      - id: large
        for: item
        when: [days_past_due: {at_least: 3}, open_amount: {at_least: 5000 PLN}]
        then: [remind: {stage: reminder, wording: reminder_large}]

Good:
    ladder: {stages: [reminder]}
    rules:
      - id: large
        for: item
        when: [days_past_due: {at_least: 3}, open_amount: {at_least: 5000 PLN}]
        then: [remind: {stage: reminder, wording: reminder_large}]
      - id: small
        for: item
        when: [days_past_due: {at_least: 3}]
        then: [remind: {stage: reminder, wording: reminder}]
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.ruleset.model import ActionSpec, Rule
from rules.lint import Checked, Found, Severity
from rules.proofs.regions import Region, covered, regions

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Actions that an earlier rule of the same kind (and stage) always takes first."""
    earlier: dict[tuple[str, str, str | None], list[tuple[Rule, Region]]] = {}
    for index, rule in enumerate(checked.ruleset.rules):
        own = regions(rule.when)
        for action in rule.then:
            before = earlier.setdefault(_lane(rule, action), [])
            if own and covered(own, [region for _, region in before]):
                names = ", ".join(dict.fromkeys(f"'{first.id}'" for first, _ in before))
                yield Found(("rules", index), f"'{rule.id}' never gets to {action.kind}: {names} is true first.")
            before.extend((rule, region) for region in own)


def _lane(rule: Rule, action: ActionSpec) -> tuple[str, str, str | None]:
    return rule.subject, action.kind, action.stage
