"""Nobody is reminded or suspended on the ground of old data."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint import Checked, Found, Severity, guards_against

SEVERITY: Severity = "error"


def findings(checked: Checked) -> Iterator[Found]:
    """Adverse actions that no guard stops when the data are old."""
    for kind in ("remind", "suspend"):
        if guards_against(checked.ruleset, kind, "source_age_hours"):
            continue
        for index, rule, _ in checked.actions(kind):
            yield Found(("rules", index), f"'{rule.id}' can {kind} on old data: no guard reads source_age_hours.")
