"""What an evaluation returns. Plain data: the same snapshot and version give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.conditions.results import TestResult
from engine.ruleset.model import ActionSpec, Guard, Subject
from engine.ruleset.outcome import OutcomeName


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one action of one rule for one subject, and why.

    `by`: the rule or guard that outranked, forbade or deferred it. `until`: for deferred and waiting, the day to look
    again. `tests`: the rule's comparisons with the values seen, in writing order.
    """

    subject: Subject
    key: str
    rule: str
    action: ActionSpec
    outcome: OutcomeName
    by: str | None = None
    until: date | None = None
    tests: tuple[TestResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One action to take for one customer: a verdict 'decided', or several item verdicts grouped into one message.

    `items`: keys of the open items it covers, in due-date order. `key` is unique per customer, ruleset, rule or
    wording, step and occurrence: deciding it twice gives the same key.
    """

    key: str
    kind: str
    customer: str
    action: ActionSpec
    rules: tuple[str, ...]
    items: tuple[str, ...]
    ruleset: str
    version: str
    as_of: date
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The full answer for one customer on one day.

    `others`: every verdict that is not 'decided' (outranked, guarded, not matched ...), filled when asked to explain.
    `guards`: those that hold for the customer that day, whatever rules match; filled when asked to explain.
    `next_change`: first later day on which the answer changes if nothing but time passes, within a year; None if none.
    `reinstate_amount`: for a suspended customer, the payment in minor units of ledger currency that reinstates it.
    """

    customer: str
    as_of: date
    ruleset: str
    version: str
    ledger_currency: str
    decisions: tuple[Decision, ...]
    others: tuple[Verdict, ...] = ()
    guards: tuple[Guard, ...] = ()
    next_change: date | None = None
    reinstate_amount: int | None = None
