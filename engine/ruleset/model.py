"""A ruleset as the engine uses it: parsed, typed, immutable, named by the hash of its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.ruleset.condition import Condition

Subject = Literal["item", "customer"]
LadderMode = Literal["stepwise", "most_severe"]
CatchUp = Literal["skip", "latest", "all"]
GuardEffect = Literal["forbid", "defer"]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action of a rule: `kind` names a module of engine/actions, `params` are its plain settings."""

    kind: str
    params: Mapping[str, str | int | bool | tuple[str, ...]] = field(default_factory=dict)

    @property
    def stage(self) -> str | None:
        """The ladder stage this action sends, if it is one of the ladder."""
        stage = self.params.get("stage")
        return stage if isinstance(stage, str) else None


@dataclass(frozen=True, slots=True)
class Rule:
    """When the condition holds for the subject, the actions follow. `because` cites the contract or the law."""

    id: str
    subject: Subject
    when: Condition
    then: tuple[ActionSpec, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the ladder. `wait`: days since the sending of the previous stage (stepwise mode), at least 1."""

    name: str
    wait: int = 1


@dataclass(frozen=True, slots=True)
class Ladder:
    """The order of stages. `notice` names the stage whose delivery permits suspension.

    stepwise: after the last stage sent comes the next one, its wait counted from that sending. When several stages are
    due at once, `catch_up` decides: `all` sends each in order, `latest` only the most severe, `skip` sends none that
    was already due at the previous run. most_severe: the most severe matching stage, whatever was sent before.
    """

    stages: tuple[Stage, ...] = ()
    mode: LadderMode = "stepwise"
    catch_up: CatchUp = "latest"
    notice: str | None = None
    #: Stages of earlier versions, and what each counts as; None: as nothing of this ladder.
    renamed: tuple[tuple[str, str | None], ...] = ()

    def current(self, stage: str) -> str:
        """The name by which a stage counts that may have been sent under an earlier version."""
        return dict(self.renamed).get(stage) or stage

    def position(self, stage: str | None) -> int:
        """Index of a stage in the ladder; -1 for none."""
        for index, step in enumerate(self.stages):
            if step.name == stage:
                return index
        return -1


@dataclass(frozen=True, slots=True)
class Guard:
    """What beats every rule. `kinds`: action kinds it stops, empty for all; `subjects`: of the snapshots it reads.

    forbid: not allowed while the condition holds. defer: not now; `until` names when to look again
    ('next_working_day', 'next_open_day' or 'next_contact_hour').
    """

    id: str
    subjects: tuple[Subject, ...]
    kinds: tuple[str, ...]
    effect: GuardEffect
    when: Condition
    because: str = ""
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Ruleset:
    """One immutable version. `version` is the SHA-256 (hex) of the canonical JSON of the document with its guards."""

    id: str
    version: str
    title: Mapping[str, str]
    ledger_currency: str
    jurisdiction: str
    ladder: Ladder
    rules: tuple[Rule, ...]
    guards: tuple[Guard, ...] = ()
    #: Which customers it is for (customer facts only); the lowest `priority` among the matching rulesets wins.
    applies_to: Condition | None = None
    priority: int = 100

    def rules_for(self, subject: Subject) -> tuple[Rule, ...]:
        """The rules that read snapshots of this subject, in document order."""
        return tuple(rule for rule in self.rules if rule.subject == subject)
