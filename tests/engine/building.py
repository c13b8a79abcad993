"""Cases and rulesets in few words: a business that owes, with totals that follow from its items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from engine.facts.case import CaseItem, CustomerCase, ItemLine
from engine.facts.catalogue import OWN_OF_ITEM, facts_of
from engine.facts.history import History, with_history
from engine.facts.totals import totals_of
from engine.ruleset.condition import AllOf, Condition, FactValue, Test
from engine.ruleset.model import ActionSpec, Guard, Ladder, Rule, Ruleset, Stage, Subject

AS_OF = date(2026, 3, 10)

_STANDING: dict[str, FactValue] = {
    "days_past_due": 0, "open_amount": 100_00, "original_amount": 100_00, "currency": "PLN", "document_kind": "invoice",
    "days_since_issue": 20, "instalment": False, "disputed": False, "on_hold": False, "source": "fk",
    "customer_kind": "business", "country": "PL", "dunning_allowed": True, "has_email": True, "credit_amount": 0,
    "promises_broken": 0, "insolvent": False, "books_doubtful": False, "claim_kind": "sale", "suspended": False,
    "has_service": True, "notice_delivered": False, "rate_known": True, "working_day": True, "days_since_last_run": 1,
}  # fmt: skip


def item(key: str = "f1", days: int = 10, amount: int | None = 100_00, **more: Any) -> CaseItem:
    """An open item so many days past due. `more`: facts, and `sent`, `pending`, `hold_until` of its line."""
    line_fields = {name: more.pop(name) for name in ("sent", "pending", "hold_until") if name in more}
    due = AS_OF - timedelta(days=days)
    own: dict[str, FactValue] = {
        "days_past_due": days,
        "open_amount": amount,
        "original_amount": amount,
        "due_date": due.toordinal(),
        "days_since_issue": days + 14,
        **more,
    }
    facts = {name: own.pop(name, _STANDING.get(name)) for name in OWN_OF_ITEM}
    line = ItemLine(key, key.upper(), "PLN", amount or 0, amount or 0, due - timedelta(days=14), due, **line_fields)
    return CaseItem(line, facts | own)


def case(*items: CaseItem, ladder: Ladder | None = None, **facts: Any) -> CustomerCase:
    """A customer with items. `facts`: his own, and `pending`, `notified`, `hold_until` of the case."""
    case_fields = {name: facts.pop(name) for name in ("pending", "notified", "hold_until") if name in facts}
    whole = {fact.name: facts.get(fact.name, _STANDING.get(fact.name)) for fact in facts_of("customer")}
    built = CustomerCase("k1", AS_OF, whole, items, **case_fields)
    built = built.with_facts({**totals_of(built), **facts})  # totals that are given stay as given
    if ladder is None:
        return built
    sent = {line.key: line.sent for line in built.lines}
    pending = {line.key: line.pending for line in built.lines if line.pending}
    return with_history(built, ladder, History(sent, (), pending, built.pending, built.notified))


def when(*tests: Condition, **at_least: int) -> AllOf:
    """All of the conditions, and each named fact at least so much."""
    return AllOf((*tests, *(Test(name, "at_least", value) for name, value in at_least.items())))


def remind(stage: str, wording: str | None = None) -> ActionSpec:
    return ActionSpec("remind", {"stage": stage, "wording": wording or stage, "via": ("email",)})


def reminder(id_: str, stage: str, days: int, *more: Condition) -> Rule:
    """A rule that sends a stage from so many days past due."""
    return Rule(id_, "item", when(*more, days_past_due=days), (remind(stage),))


SUSPEND = ActionSpec("suspend", {"services": "all", "notify": ("account_manager",)})
REINSTATE = ActionSpec("reinstate", {"services": "all", "notify": ("account_manager",)})


def notify(again_after: int = 30, wording: str = "note") -> ActionSpec:
    return ActionSpec("notify", {"who": ("account_manager",), "wording": wording, "again_after": again_after})


def ladder(*stages: str, **settings: Any) -> Ladder:
    """Stages as 'name' or 'name:wait'."""
    steps = (stage.partition(":") for stage in stages)
    return Ladder(tuple(Stage(name, int(wait or 1)) for name, _, wait in steps), **settings)


STAGES = ladder("reminder", "demand:7", "final:14", notice="demand")


def ruleset(*rules: Rule, guards: Sequence[Guard] = (), steps: Ladder = STAGES, **more: Any) -> Ruleset:
    fields: dict[str, Any] = {
        "id": "pl.test",
        "version": "v" * 64,
        "title": {"pl": "Próba", "en": "Test"},
        "ledger_currency": "PLN",
        "jurisdiction": "pl",
    }
    return Ruleset(**(fields | more), ladder=steps, rules=rules, guards=tuple(guards))


def guard(id_: str, *conditions: Condition, subjects: tuple[Subject, ...] = ("item",), **more: Any) -> Guard:
    fields: dict[str, Any] = {"kinds": (), "effect": "forbid"}
    return Guard(id_, subjects, when=AllOf(conditions), **(fields | more))


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)
