"""A rule that no case shows deciding may do anything.

Bad:
    rules:
      - id: reinstate
        for: customer
        when: [suspended: yes]
        then: [reinstate: {}]
    cases:
      - {name: served, for: customer, given: {suspended: no}, expect: []}

Good:
    rules:
      - id: reinstate
        for: customer
        when: [suspended: yes]
        then: [reinstate: {}]
    cases:
      - {name: served, for: customer, given: {suspended: no}, expect: []}
      - {name: suspended, for: customer, given: {suspended: yes}, expect: [reinstate]}
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint import Checked, Found, Severity

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Rules that decide in no case."""
    shown = {rule for result in checked.results for rule in result.rules}
    for index, rule in enumerate(checked.ruleset.rules):
        if rule.id not in shown:
            yield Found(("rules", index), f"'{rule.id}' decides in no case; write one in which it does.")
