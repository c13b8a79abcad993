"""Written cases: facts in, what is expected out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.actions import KINDS, REMIND, SUSPEND
from engine.errors import InvalidInput
from engine.facts.catalogue import BY_NAME, Scope
from engine.ruleset.condition import FactValue
from engine.ruleset.model import ActionSpec, Ruleset
from rules.language.conditions import facts_for
from rules.language.problems import Path, Problems, did_you_mean
from rules.language.values import read_value

#: What a guard does to an action, as cases name it.
STOPPED: Final = ("forbidden", "deferred")


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `given`: facts in engine form, None for an absent one; `sent`: days since each stage was sent;
    `expect`: labels such as 'remind: demand', 'suspend' or 'forbidden: pl.guard.on_hold'."""

    name: str
    subject: Scope
    given: Mapping[str, FactValue]
    expect: tuple[str, ...]
    sent: Mapping[str, int]
    line: int | None = None


def action_label(action: ActionSpec) -> str:
    """How cases name an action: its kind, with the stage or else the wording where it has one."""
    detail = action.stage or action.params.get("wording")
    return f"{action.kind}: {detail}" if detail else action.kind


@dataclass(frozen=True, slots=True)
class CaseReader:
    """Reads the cases of one ruleset, which tells the currency, stages, wordings and guards they may name."""

    problems: Problems
    ruleset: Ruleset

    def read(self, raw: Sequence[Mapping[str, Any]]) -> tuple[Case, ...]:
        """Every case that can be read. Problems are noted, never raised."""
        names = [entry["name"] for entry in raw]
        for index, name in enumerate(names):
            if name in names[:index]:
                self.problems.add(("cases", index, "name"), f"Two cases are named '{name}'.")
        return tuple(self._case(entry, ("cases", index)) for index, entry in enumerate(raw))

    def _case(self, raw: Mapping[str, Any], path: Path) -> Case:
        if raw["sent"] and raw["for_"] == "customer":
            self.problems.add(
                (*path, "sent"),
                "Stages are sent for items; a case for: customer gives the facts.",
                "Give notice_delivered, days_since_notice and days_since_contact.",
            )
        for stage in raw["sent"]:
            if self.ruleset.ladder.position(stage) < 0 and stage not in dict(self.ruleset.ladder.renamed):
                self.problems.add(
                    (*path, "sent", stage), f"The ladder has no stage '{stage}'.", did_you_mean(stage, self._stages())
                )
        expect = [
            label
            for index, entry in enumerate(raw["expect"])
            if (label := self._expected(entry, raw["for_"], (*path, "expect", index)))
        ]
        given = read_given(raw["given"], raw["for_"], self.ruleset.ledger_currency, (*path, "given"), self.problems)
        return Case(raw["name"], raw["for_"], given, tuple(expect), raw["sent"], self.problems.line(path))

    def _stages(self) -> list[str]:
        return [stage.name for stage in self.ruleset.ladder.stages]

    def _expected(self, entry: Any, subject: Scope, path: Path) -> str | None:
        if isinstance(entry, str):
            label, known = entry, entry in KINDS
        elif isinstance(entry, dict) and len(entry) == 1:
            ((word, detail),) = entry.items()
            label, known = f"{word}: {detail}", word in STOPPED or word in KINDS
        else:
            label, known = "", False
        if not known:
            hint = did_you_mean(label.partition(":")[0], [*KINDS, *STOPPED])
            expected = f"an action ({SUSPEND.name}, '{REMIND.name}: demand') or a guard that stops one"
            self.problems.add(path, f"Expected is {expected} ('forbidden: guard', 'deferred: guard').", hint)
            return None
        possible = self._possible(subject)
        if label not in possible:
            self.problems.add(path, f"'{label}' can never happen here.", did_you_mean(label, possible))
        return label

    def _possible(self, subject: Scope) -> list[str]:
        """Everything a case for this subject can lead to."""
        actions = [action_label(action) for rule in self.ruleset.rules_for(subject) for action in rule.then]
        word = {"forbid": "forbidden", "defer": "deferred"}
        return [*dict.fromkeys(actions), *(f"{word[guard.effect]}: {guard.id}" for guard in self.ruleset.guards)]


def read_given(
    raw: Mapping[str, Any], subject: Scope, currency: str, path: Path, problems: Problems
) -> dict[str, FactValue]:
    """The facts of a case in engine form; an empty value (null) makes an optional fact absent."""
    usable = facts_for((subject,))
    given: dict[str, FactValue] = {}
    for name, value in raw.items():
        fact = BY_NAME.get(name)
        if fact is None or name not in usable:
            problems.add((*path, name), f"A case for: {subject} has no fact '{name}'.", did_you_mean(name, usable))
        elif value is None and fact.optional:
            given[name] = None
        else:
            try:
                given[name] = read_value(fact, value, currency)
            except InvalidInput as error:
                problems.add((*path, name), str(error))
    return given
