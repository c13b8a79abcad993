"""The smallest payment that reinstates a suspended customer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from engine.actions import KINDS, REINSTATE
from engine.decisions.matching import Matcher
from engine.decisions.resolution import stopping
from engine.facts.case import CustomerCase
from engine.facts.catalogue import INTEGER_LIMIT
from engine.facts.history import notice_facts
from engine.facts.totals import amount_of, item_totals, totals_of
from engine.ruleset.condition import FactValue, tests
from engine.ruleset.model import Ladder, Rule

#: Amounts that a payment moves, one for one.
_MOVING: Final = frozenset(
    {"total_open", "credit_amount", "balance", "overdue_amount", "net_overdue", "actionable_overdue"}
)


def reinstate_amount(case: CustomerCase, ladder: Ladder, matcher: Matcher) -> int | None:
    """The smallest payment, in minor units of ledger currency, after which a reinstate rule holds and none forbids it.

    The payment settles the oldest due item first; what is left over becomes a credit. 0: it holds already. None: the
    customer is not suspended, no payment does it, or it cannot be told because a rate is missing or the items do not
    explain the totals. Between full payments of items the totals move by one per minor unit, so that only the amounts
    at which a comparison may turn are tried.
    """
    facts = case.facts
    if not facts["suspended"] or not any(_reinstates(rule) for rule in matcher.rules):
        return None
    totals = totals_of(case)
    if any(item.facts["open_amount"] is None for item in case.open_items):
        return None
    if totals["balance"] is None or any(facts[name] != value for name, value in totals.items()):
        return None
    bill = _Bill(case, ladder, matcher)
    for amount in sorted(set(bill.turning_amounts())):
        if bill.reinstates(amount):
            return amount
    return None


def _reinstates(rule: Rule) -> bool:
    return any(KINDS[action.kind].desired == "active" for action in rule.then)


class _Bill:
    """The customer's open items in the order in which a payment settles them."""

    def __init__(self, case: CustomerCase, ladder: Ladder, matcher: Matcher) -> None:
        self._case = case
        self._ladder = ladder
        self._matcher = matcher
        self._items = sorted(case.open_items, key=lambda item: (item.line.due_date, item.line.key))
        amounts = (amount_of(item.facts, "open_amount") or 0 for item in self._items)
        #: What settles the first n items, for each n.
        self._settling = tuple(accumulate(amounts, initial=0))
        self._noticed = any(stage == ladder.notice for line in case.lines for stage, _ in line.sent)
        self._thresholds = _thresholds(matcher, amount_of(case.facts, "credit_limit"))

    def reinstates(self, amount: int) -> bool:
        """Whether a reinstate rule holds after a payment, and no guard forbids it."""
        matched = self._matcher.match_alone(self._after(amount))
        if not any(_reinstates(rule) for rule in matched.rules):
            return False
        stop = stopping(matched.guards, REINSTATE.name)
        return stop is None or stop.effect == "defer"

    def turning_amounts(self) -> Iterator[int]:
        """The payments at which a comparison may turn."""
        for index, start in enumerate(self._settling):
            yield start
            room = self._settling[index + 1] - start if index + 1 < len(self._settling) else INTEGER_LIMIT
            facts = self._after(start)
            for fact, value in self._thresholds:
                moved = abs(int(facts[fact] or 0) - value)
                yield from (start + step for step in (moved - 1, moved, moved + 1) if 0 < step < room)

    def _after(self, amount: int) -> dict[str, FactValue]:
        """The customer's facts after a payment."""
        settled = bisect_right(self._settling, amount) - 1
        left = self._items[settled:]
        over = amount - self._settling[settled]
        facts = dict(self._case.facts)
        if left:
            first = left[0].facts
            left[0] = left[0]._replace(facts={**first, "open_amount": int(first["open_amount"] or 0) - over})
        else:
            facts["credit_amount"] = int(facts["credit_amount"] or 0) + over
        facts |= item_totals(left, amount_of(facts, "credit_amount"), amount_of(facts, "credit_limit"))
        if self._noticed:
            facts |= notice_facts(left, self._ladder, self._case.as_of)
        return facts


def _thresholds(matcher: Matcher, limit: int | None) -> tuple[tuple[str, int], ...]:
    """The amounts that the customer's rules and guards compare with; percents of the limit count for the balance."""
    conditions = [rule.when for rule in matcher.rules] + [guard.when for guard in matcher.guards]
    found = set()
    for test in (test for condition in conditions for test in tests(condition)):
        for value in test.value if isinstance(test.value, tuple) else (test.value,):
            if not isinstance(value, int):
                continue
            if test.fact in _MOVING:
                found.add((test.fact, value))
            elif test.fact == "credit_utilisation" and limit is not None:
                found.update(("balance", -(-percent * limit // 100)) for percent in (value, value + 1))
    return tuple(sorted(found))
