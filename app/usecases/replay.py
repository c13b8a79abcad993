"""Past days decided again on the facts of each day: what the rules would have done."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Protocol, TypeAlias

from app.usecases.progress import Progress, silent
from engine.conditions.tree import FactValue
from engine.decisions.evaluation import Evaluator, choose
from engine.decisions.model import Decision
from engine.decisions.replay import Memory, record
from engine.errors import InvalidInput
from engine.facts.catalogue import CustomerCase
from engine.ruleset.model import Ruleset
from rules.versions.library import Library

#: The ruleset of a customer by its facts and the id pinned to it.
Choose: TypeAlias = Callable[[Mapping[str, FactValue], str | None], Ruleset | None]


class PastDays(Protocol):
    """The cases of past days as they are known now."""

    def cases(
        self, source: str, days: Sequence[date], choose: Choose
    ) -> Iterator[tuple[date, Iterable[tuple[CustomerCase, Ruleset]]]]:
        """Each day with its cases by customer, in order. Raises NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay came to. `items` and `messages`: by kind of action and stage. `digest`: of the lines, the same for
    every repetition over the same facts and rules. `lines`: engine.decisions.replay.record of each decision."""

    items: Mapping[tuple[str, str], int]
    messages: Mapping[tuple[str, str], int]
    digest: str
    lines: Sequence[Sequence[str]]


def replay(
    library: Library, past: PastDays, source: str, first: date, last: date, rules_of: date, progress: Progress = silent
) -> Iterator[Decision]:
    """The decisions of each day in order, within a day by customer, under the rulesets effective on `rules_of`.

    Every message counts as delivered on its day. Raises InvalidInput (field 'to') for a period that ends before it
    begins, NotFound.
    """
    if last < first:
        raise InvalidInput("The last day lies before the first.", field="to")
    rulesets = library.effective(rules_of)
    evaluators = {ruleset.version: Evaluator(ruleset, confirm=False) for ruleset in rulesets}
    memory = Memory()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for number, (day, cases) in enumerate(past.cases(source, days, partial(choose, rulesets)), 1):
        for case, ruleset in cases:
            if not case.items and case.customer.key not in memory.suspended:
                continue
            evaluation = evaluators[ruleset.version].evaluate(memory.overlay(case, ruleset.ladder))
            memory.remember(evaluation.decisions, day)
            yield from evaluation.decisions
        progress(number, len(days))


def summarize(decisions: Iterable[Decision], *, keep_lines: bool) -> ReplayReport:
    """Count decisions and digest their lines, which are kept if wanted."""
    items: Counter[tuple[str, str]] = Counter()
    messages: Counter[tuple[str, str]] = Counter()
    digest = hashlib.sha256()
    lines = []
    for made in decisions:
        step = (made.kind, made.action.stage or "")
        items[step] += len(made.items) or 1
        messages[step] += 1
        line = "\t".join(record(made))
        digest.update(line.encode() + b"\n")
        if keep_lines:
            lines.append(line.split("\t"))
    return ReplayReport(items, messages, digest.hexdigest(), lines)
