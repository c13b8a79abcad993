"""A fact that is absent is not unequal to anything: `is_not` and `none_of` are false for it, and what `not` denies is
true. A case must show that this is meant, or the condition say so with `absent` or `present`. Orderings (`at_most`,
`less_than`) need none: they read as what they do.

Bad:
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when: [on_hold: no, segment: {is_not: VIP}]
        then: [remind: {stage: reminder, wording: reminder}]
    cases:
      - {name: retail, given: {segment: retail}, expect: [remind: reminder]}
      - {name: a very important one, given: {segment: VIP}, expect: []}

Good:
    ladder: {stages: [reminder]}
    rules:
      - id: reminder
        for: item
        when:
          - on_hold: no
          - any: [segment: {is_not: VIP}, segment: {absent: yes}]
        then: [remind: {stage: reminder, wording: reminder}]
    cases:
      - {name: retail, given: {segment: retail}, expect: [remind: reminder]}
      - {name: a very important one, given: {segment: VIP}, expect: []}
      - {name: no segment at all, given: {segment: null}, expect: [remind: reminder]}
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.cases.absences import unshown_absences
from rules.cases.runner import facts_of_case
from rules.lint import Checked, Found, Severity

SEVERITY: Severity = "warning"


def findings(checked: Checked) -> Iterator[Found]:
    """Negative comparisons of facts that may be absent, in rules and in the choice of customers, that no case shows."""
    seen = [(case.subject, facts) for case in checked.loaded.cases for facts in facts_of_case(case, checked.ruleset)]
    if checked.ruleset.applies_to is not None:
        for absence in unshown_absences(checked.ruleset.applies_to, [facts for _, facts in seen]):
            yield Found(("applies_to",), f"applies_to: {absence.advice}")
    for index, rule in enumerate(checked.ruleset.rules):
        for absence in unshown_absences(rule.when, [facts for subject, facts in seen if subject == rule.subject]):
            yield Found(("rules", index, "when"), f"'{rule.id}': {absence.advice}")
