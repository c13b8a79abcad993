"""What a run decides by besides the customers' own facts. Where it is the same for two runs of a day, the second one
decides again only the customers with new rows."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, Final

from adapters.database.facts.fact_store import Ages
from adapters.database.facts.snapshots import factor_of
from engine.facts.legal import Terms
from engine.law.law import Law
from engine.ports import RateTable
from engine.ruleset.condition import Test, tests
from engine.ruleset.model import Ruleset

_AGE: Final = "source_age_hours"
_STALE: Final = "books_stale"
_HERE: Final = Path(__file__).parents[2]
#: What of the program makes a decision: folders of sources, and packages that are asked.
_DECIDING: Final = ("engine", "adapters/database", "adapters/finance", "adapters/runs", "adapters/outbox")
_ASKED: Final = ("durable-rules", "holidays")


@dataclass(frozen=True, slots=True)
class RunInputs:
    """The law, terms and program of a run, by digest, with the rulesets and the rates it has."""

    fixed: Mapping[str, str]
    rulesets: Sequence[Ruleset]
    rates: RateTable
    ages: Ages

    @classmethod
    def of(
        cls,
        rulesets: Sequence[Ruleset],
        rates: RateTable,
        law: Callable[[str], Law | None],
        terms: Terms,
        working_day: Callable[[date, str], bool],
        clock: Callable[[], datetime],
    ) -> RunInputs:
        """The inputs of a run under these rulesets."""
        laws = {ruleset.jurisdiction: law(ruleset.jurisdiction) for ruleset in rulesets}
        fixed = {"law": _digest(sorted(laws.items())), "terms": _digest(terms), "program": _program()}
        return cls(fixed, rulesets, rates, Ages(terms.freshness, working_day, clock))

    @property
    def versions(self) -> dict[str, str]:
        """The rulesets by id."""
        return {ruleset.id: ruleset.version for ruleset in self.rulesets}

    def rates_stand(self, used: Mapping[str, str | None], day: date) -> bool:
        """Whether every factor that was used (CaseContext.used_rates) is still the same."""
        for pair, value in used.items():
            currency, _, ledger = pair.partition(" ")
            factor = factor_of(self.rates, currency, ledger, day)
            if value != (None if factor is None else str(factor)):
                return False
        return True

    def blind_to(self, ages: Iterable[int | None]) -> bool:
        """Whether no rule or guard can tell data of these ages (hours) from newer data."""
        tested = [test for ruleset in self.rulesets for test in _tests(ruleset) if test.fact in {_AGE, _STALE}]
        if not tested:
            return True
        bounds = [number for test in tested if test.fact == _AGE for number in _numbers([test.value])]
        if any(test.fact == _STALE for test in tested):
            bounds.append(self.ages.freshness.hours + 1)
        least = min(bounds, default=None)
        return all(age is not None and age >= 0 and (least is None or age < least) for age in ages)


def _tests(ruleset: Ruleset) -> Iterable[Test]:
    conditions = [rule.when for rule in ruleset.rules] + [guard.when for guard in ruleset.guards]
    if ruleset.applies_to is not None:
        conditions.append(ruleset.applies_to)
    return chain.from_iterable(tests(condition) for condition in conditions)


def _numbers(values: Iterable[Any]) -> Iterable[int]:
    """The numbers compared with: one, two or several; none where only presence counts."""
    for value in values:
        yield from (value if isinstance(value, tuple) else () if value is None else (value,))


def _digest(*told: object) -> str:
    """Of plain data and of dataclasses out of it: what they show is all they are."""
    return hashlib.sha256(repr(told).encode()).hexdigest()


@cache
def _program() -> str:
    """Of the sources that decide, and of what they ask."""
    hashed = hashlib.sha256(platform.python_version().encode())
    for folder in _DECIDING:
        for path in sorted((_HERE / folder).rglob("*.py")):
            hashed.update(f"{path.relative_to(_HERE)}\n".encode() + path.read_bytes())
    for package in _ASKED:
        hashed.update(f"{package} {version(package)}\n".encode())
    return hashed.hexdigest()
