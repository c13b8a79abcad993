"""Services are suspended only after a notice: the ladder must name the stage that is one."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint import Checked, Found, Severity

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Suspending rules in a ruleset whose ladder has no notice stage."""
    if checked.ruleset.ladder.notice is not None:
        return
    for index, rule, _ in checked.actions("suspend"):
        yield Found(("rules", index), f"'{rule.id}' suspends, but the ladder names no 'notice' stage to precede it.")
