"""Written actions into the engine's, checked against the kinds that engine/actions/ offers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.actions import KINDS, REMIND, ActionKind, ActionParameter
from engine.facts.catalogue import Scope
from engine.ruleset.model import ActionSpec
from rules.language.document import DAYS_LIMIT, NAME
from rules.language.problems import Path, Problems, did_you_mean

#: A setting of an action as the engine keeps it.
Setting: TypeAlias = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionReader:
    """Reads the actions of rules. `stages`: the names of the ladder, in order."""

    problems: Problems
    stages: Collection[str]

    def read(self, raw: list[Any], subject: Scope, path: Path) -> tuple[ActionSpec, ...]:
        """The actions of one rule with defaults filled in. Problems are noted, never raised."""
        actions = tuple(
            action
            for index, entry in enumerate(raw)
            if (action := self._action(entry, subject, (*path, index))) is not None
        )
        kinds = [action.kind for action in actions]
        for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
            self.problems.add(path, f"The rule has '{kind}' more than once; a rule does one thing of a kind.")
        return actions

    def _action(self, entry: Any, subject: Scope, path: Path) -> ActionSpec | None:
        if not isinstance(entry, dict) or len(entry) != 1:
            self.problems.add(
                path, f"An action is one kind with its settings, such as '{REMIND.name}: {{stage: reminder, ...}}'."
            )
            return None
        ((name, settings),) = entry.items()
        path = (*path, name)
        kind = KINDS.get(name)
        if kind is None:
            self.problems.add(path, f"There is no action '{name}'.", did_you_mean(name, KINDS))
        elif subject not in kind.subjects:
            self.problems.add(
                path, f"'{name}' cannot follow a rule for: {subject}.", f"It is for: {', '.join(kind.subjects)}."
            )
        elif not isinstance(settings, dict | None):
            self.problems.add(path, f"'{name}' needs a mapping of settings.")
        else:
            return ActionSpec(name, self._settings(kind, settings or {}, path))
        return None

    def _settings(self, kind: ActionKind, raw: Mapping[str, Any], path: Path) -> Mapping[str, Setting]:
        for name in (name for name in raw if name not in kind.parameters):
            self.problems.add(
                (*path, name), f"'{kind.name}' has no setting '{name}'.", did_you_mean(name, kind.parameters)
            )
        settings: dict[str, Setting] = {}
        for name, parameter in kind.parameters.items():
            if name in raw:
                value = self._value(parameter, raw[name], (*path, name))
                if value is not None:
                    settings[name] = value
            elif parameter.required:
                self.problems.add(path, f"'{kind.name}' needs the setting '{name}'.")
            elif parameter.default is not None:
                settings[name] = parameter.default
        return settings

    def _value(self, parameter: ActionParameter, raw: Any, path: Path) -> Setting | None:
        """One setting in the engine's form; None with a problem noted."""
        if parameter.type == "list":
            return self._list(parameter, raw, path)
        if parameter.type == "days":
            if isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= DAYS_LIMIT:
                return raw
            self.problems.add(path, f"'{path[-1]}' is a whole number of days from 1 to {DAYS_LIMIT}.")
        elif not isinstance(raw, str) or not re.fullmatch(NAME, raw):
            self.problems.add(path, f"'{path[-1]}' is a name: lower case letters and digits joined by . _ or -.")
        elif parameter.type == "stage" and raw not in self.stages:
            self.problems.add(path, f"The ladder has no stage '{raw}'.", did_you_mean(raw, self.stages))
        else:
            return raw
        return None

    def _list(self, parameter: ActionParameter, raw: Any, path: Path) -> Setting | None:
        if isinstance(raw, str) and raw == parameter.default:
            return raw
        if not isinstance(raw, list) or not raw or not all(isinstance(word, str) and word for word in raw):
            self.problems.add(path, f"'{path[-1]}' is a list such as [{', '.join(parameter.choices) or 'key'}].")
            return None
        for index, word in enumerate(raw):
            if parameter.choices and word not in parameter.choices:
                self.problems.add(
                    (*path, index), f"'{path[-1]}' cannot be '{word}'.", did_you_mean(word, parameter.choices)
                )
            elif word in raw[:index]:
                self.problems.add((*path, index), f"'{path[-1]}' names '{word}' twice.")
        return tuple(raw)
