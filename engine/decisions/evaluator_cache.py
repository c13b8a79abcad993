"""Compiled evaluators, kept: durable sets are never freed, so each ruleset version is compiled once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.decisions.evaluation import Evaluator, choose
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset


class EvaluatorCache:
    """One compiled evaluator for each ruleset version that is asked for. `rulesets`: those that customers choose from.

    confirm: as in Evaluator.
    """

    def __init__(self, rulesets: Sequence[Ruleset], *, confirm: bool = True) -> None:
        self.rulesets = rulesets
        self._confirm = confirm
        self._compiled: dict[str, Evaluator] = {}

    def of(self, ruleset: Ruleset) -> Evaluator:
        """The evaluator of a version."""
        if ruleset.version not in self._compiled:
            self._compiled[ruleset.version] = Evaluator(ruleset, confirm=self._confirm)
        return self._compiled[ruleset.version]

    def choose(self, facts: Mapping[str, FactValue], pinned: str | None) -> Ruleset | None:
        """The ruleset of a customer; None when none is for it."""
        return choose(self.rulesets, facts, pinned)
