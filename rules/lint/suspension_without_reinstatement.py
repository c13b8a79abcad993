"""What suspends must also be able to give back."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint import Checked, Found, Severity

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Suspending rules in a ruleset without a reinstating one."""
    if any(checked.actions("reinstate")):
        return
    for index, rule, _ in checked.actions("suspend"):
        yield Found(("rules", index), f"'{rule.id}' suspends, but no rule ever reinstates.")
