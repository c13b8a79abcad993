"""The written ladder into the engine's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.ruleset.model import Ladder, Stage
from rules.language.document import DAYS_LIMIT, NAME
from rules.language.problems import Path, Problems, did_you_mean


def read_ladder(raw: Mapping[str, Any] | None, problems: Problems) -> Ladder:
    """The ladder of a document: stages are names, or `name: {wait: days}`; `renamed` says what those of earlier
    versions count as. Problems are noted, never raised."""
    if raw is None:
        return Ladder()
    path: Path = ("ladder", "stages")
    stages = [stage for index, entry in enumerate(raw["stages"]) if (stage := _stage(entry, (*path, index), problems))]
    names = [stage.name for stage in stages]
    for index, name in enumerate(names):
        if name in names[:index]:
            problems.add(path, f"The stage '{name}' is in the ladder twice.")
    notice = raw["notice"]
    if notice is not None and notice not in names:
        problems.add(("ladder", "notice"), f"The ladder has no stage '{notice}'.", did_you_mean(notice, names))
    renamed = raw["renamed"]
    for old, new in renamed.items():
        if new is not None and new not in names:
            problems.add(("ladder", "renamed", old), f"The ladder has no stage '{new}'.", did_you_mean(new, names))
        elif old in names and new != old:
            problems.add(
                ("ladder", "renamed", old),
                f"The ladder has the stage '{old}' itself, so what was sent by that name counts as it.",
                f"Write '{old}: {old}', or give one of the two stages a new name.",
            )
    return Ladder(tuple(stages), raw["mode"], raw["catch_up"], notice, tuple(renamed.items()))


def _stage(entry: Any, path: Path, problems: Problems) -> Stage | None:
    name: Any = entry
    settings: Any = {}
    if isinstance(entry, dict) and len(entry) == 1:
        ((name, settings),) = entry.items()
    if not isinstance(name, str) or not re.fullmatch(NAME, name):
        problems.add(path, "A stage is a name, or 'name: {wait: days}'.")
        return None
    wait = settings.get("wait", 1) if isinstance(settings, dict) and settings.keys() <= {"wait"} else None
    if not isinstance(wait, int) or isinstance(wait, bool) or not 1 <= wait <= DAYS_LIMIT:
        problems.add(path, f"The stage '{name}' may only have 'wait', a whole number of days from 1 to {DAYS_LIMIT}.")
        return None
    return Stage(name, wait)
