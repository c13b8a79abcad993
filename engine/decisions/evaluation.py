"""One customer evaluated: what is decided for it and its open items on one day, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.actions import KINDS
from engine.conditions.evaluator import Predicate, predicate
from engine.decisions.grouping import decisions
from engine.decisions.ladder import is_behind, is_too_soon
from engine.decisions.matching import Matched, Matcher
from engine.decisions.model import Evaluation, Verdict
from engine.decisions.next_change import NextChange
from engine.decisions.reinstatement import reinstate_amount
from engine.decisions.resolution import Resolver, WorkingDay, not_matched, stopping
from engine.decisions.soundness import require_sound
from engine.facts.case import CustomerCase, Snapshot
from engine.facts.catalogue import CATALOGUE
from engine.ruleset.condition import Condition, FactValue
from engine.ruleset.model import Guard, Rule, Ruleset, Subject


@dataclass(frozen=True, slots=True)
class Recheck:
    """What is left of a decision just before its effect.

    keys: item keys (for customer actions: the customer's key) for which it is still due. When empty: `reason` is the
    guard that stops it, 'not_matched', 'already_sent', 'waiting' when too little time has passed since the last stage
    was sent, or 'settled' when no item is open any more; `deferred_until` is what a deferring guard waits for
    ('next_working_day', 'next_open_day', 'next_contact_hour', 'next_day'), None when not deferred.
    """

    keys: tuple[str, ...]
    reason: str | None = None
    deferred_until: str | None = None


class Evaluator:
    """One ruleset version, compiled. Make one for each version and keep it: durable-rules never frees its sets."""

    def __init__(self, ruleset: Ruleset, *, confirm: bool = True) -> None:
        """confirm: durable-rules decides too and must agree; without it only for simulation.

        Raises RulesetInvalid when the ruleset is not sound, RuleProblem for a condition with too many alternatives.
        """
        require_sound(ruleset)
        self.ruleset = ruleset
        self._items = Matcher(ruleset, "item", confirm=confirm)
        self._customer = Matcher(ruleset, "customer", confirm=confirm)
        #: The facts that decide, by subject, in catalogue order: with them a decision can be made again.
        self.reads: Mapping[Subject, tuple[str, ...]] = {
            "item": _reads(ruleset, self._items, "item"),
            "customer": _reads(ruleset, self._customer, "customer"),
        }
        self._next_change = NextChange(ruleset)

    def evaluate(
        self, case: CustomerCase, *, explain: bool = False, working_day: WorkingDay | None = None
    ) -> Evaluation:
        """What is decided for a customer on the day of its case.

        explain: also every verdict that is not 'decided', with the values seen, and the guards over the customer.
        working_day: the calendar, for dates to look again. `next_change` and `reinstate_amount` are worked out when
        either is asked for: runs need neither.
        Raises Disagreement when the evaluators disagree, FactInvalid for a fact outside its type.
        """
        verdicts = tuple(self._verdicts(case, Matcher.match, explain=explain, working_day=working_day))
        ahead = explain or working_day is not None
        return Evaluation(
            customer=case.customer.key,
            as_of=case.customer.as_of,
            ruleset=self.ruleset.id,
            version=self.ruleset.version,
            ledger_currency=self.ruleset.ledger_currency,
            decisions=decisions(self.ruleset, case, (one for one in verdicts if one.outcome == "decided")),
            others=tuple(one for one in verdicts if one.outcome != "decided") if explain else (),
            guards=self._customer.match_alone(case.customer.facts).guards if explain else (),
            next_change=self._next_change.of(case, self._answer, working_day) if ahead else None,
            reinstate_amount=reinstate_amount(case, self.ruleset.ladder, self._customer) if ahead else None,
        )

    def still_due(
        self, case: CustomerCase, *, kind: str, rules: Collection[str], items: Collection[str], stage: str | None
    ) -> Recheck:
        """Look again just before an effect, at fresh facts. What is pending does not count, what was sent since does.

        kind, rules, items, stage: as decided; no items: a decision about the customer.
        """
        customer = self._customer.match_alone(case.customer.facts)
        wanted = frozenset(items)
        ladder, day = self.ruleset.ladder, case.customer.as_of
        behind = {line.key for line in case.lines if stage and is_behind(ladder, line, stage)}
        waiting = {line.key for line in case.lines if stage and is_too_soon(ladder, line, stage, day)} - behind
        if wanted:
            looked = [
                (item.key, self._items.match_alone(item.facts), _customer_only(customer.guards))
                for item in case.items
                if item.key in wanted - behind - waiting
            ]
        else:
            looked = [(case.customer.key, customer, ())]
        due = []
        stops: list[Guard] = []
        for key, matched, more_guards in looked:
            if not any(_asks(rule, kind, stage) for rule in matched.rules if rule.id in rules):
                continue
            stop = stopping((*matched.guards, *more_guards), kind)
            if stop is None:
                due.append(key)
            else:
                stops.append(stop)
        otherwise = (
            "not_matched"
            if looked
            else "already_sent"
            if wanted & behind
            else "waiting"
            if wanted & waiting
            else "settled"
        )
        return _recheck(tuple(due), stops, otherwise)

    def _verdicts(
        self,
        case: CustomerCase,
        match: Callable[[Matcher, Snapshot], Matched],
        *,
        explain: bool,
        working_day: WorkingDay | None,
    ) -> Iterator[Verdict]:
        resolver = Resolver(self.ruleset.ladder, case, working_day, explain)
        customer = match(self._customer, case.customer)
        yield from resolver.customer(customer, self._customer)
        if explain:
            yield from not_matched(case.customer, customer, self._customer)
        guards = _customer_only(customer.guards)
        for snapshot, line in zip(case.items, case.lines, strict=True):
            matched = match(self._items, snapshot)
            if matched.rules:
                yield from resolver.item(snapshot, line, matched, self._items, guards)
            if explain:
                yield from not_matched(snapshot, matched, self._items)

    def _answer(self, case: CustomerCase) -> frozenset[tuple[str, str, str, str]]:
        """What would be decided, by our own evaluator: subject, key, rule, kind."""
        verdicts = self._verdicts(case, _alone, explain=False, working_day=None)
        return frozenset(
            (one.subject, one.key, one.rule, one.action.kind) for one in verdicts if one.outcome == "decided"
        )


def _alone(matcher: Matcher, snapshot: Snapshot) -> Matched:
    return matcher.match_alone(snapshot.facts)


def _customer_only(guards: Iterable[Guard]) -> tuple[Guard, ...]:
    """The guards that read customers alone: they stop the actions for items too."""
    return tuple(guard for guard in guards if guard.subjects == ("customer",))


def _asks(rule: Rule, kind: str, stage: str | None) -> bool:
    return any(action.kind == kind and action.stage == stage for action in rule.then)


def _recheck(due: tuple[str, ...], stops: Sequence[Guard], otherwise: str) -> Recheck:
    if due:
        return Recheck(due)
    deferring = next((guard for guard in stops if guard.effect == "defer"), None)
    if deferring is not None:
        return Recheck((), deferring.id, deferring.until or "next_day")
    return Recheck((), stops[0].id if stops else otherwise)


def _reads(ruleset: Ruleset, matcher: Matcher, subject: Subject) -> tuple[str, ...]:
    """The facts read by conditions, and by the kinds and the ladder."""
    read = set(matcher.reads)
    read.update(name for rule in matcher.rules for action in rule.then for name in KINDS[action.kind].reads)
    if subject == "customer":
        read.add("source")
    elif ruleset.ladder.catch_up == "skip":
        read.add("days_since_last_run")
    return tuple(fact.name for fact in CATALOGUE if fact.name in read)


class _Partial(dict[str, FactValue]):
    """Facts of which the missing ones are absent."""

    def __missing__(self, name: str) -> None:
        return None


@lru_cache(maxsize=256)
def _applies(condition: Condition) -> Predicate:
    return predicate(condition)


def choose(rulesets: Sequence[Ruleset], facts: Mapping[str, FactValue], pinned: str | None) -> Ruleset | None:
    """The ruleset for a customer: the pinned one, else of those that apply the lowest by (priority, id); None if none.

    facts: what is known of the customer; the rest counts as absent.
    """
    if pinned is not None:
        return next((ruleset for ruleset in rulesets if ruleset.id == pinned), None)
    partial = _Partial(facts)
    fitting = (one for one in rulesets if one.applies_to is None or _applies(one.applies_to)(partial))
    return min(fitting, key=lambda one: (one.priority, one.id), default=None)
