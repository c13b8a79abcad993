"""A customer's case as its archived record has it, and where two records differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from adapters.database.archive.decision_records import DecisionRecord
from engine.facts.catalogue import CustomerCase, ItemLine, Scope, Snapshot, facts_of

#: Facts about what Monitum itself did or when it looked; everything else comes from the books and the law.
OWN_DOINGS: Final = frozenset({
    "stage", "days_in_stage", "notice_delivered", "days_since_notice", "suspension_earliest",
    "days_since_suspension_allowed", "days_since_contact", "days_since_contact_allowed", "suspended",
    "days_since_last_run", "source_age_hours",
})  # fmt: skip
_LINE: Final = ("document", "currency", "open", "original", "issued", "due", "sent", "pending")


class ArchivedCase:
    """The case of a record, as far as its ruleset read it; what it did not read is absent."""

    def __init__(self, record: DecisionRecord) -> None:
        first = record.entries[0]
        head = first.personal or {}
        self._customer = record.customer
        self.as_of = date.fromisoformat(first.public["as_of"])
        self.keys: frozenset[str] = frozenset(head["keys"])
        self._facts: dict[str, Any] = dict(zip(head["customer_facts"], head["customer"], strict=True))
        rows = [row for entry in record.entries for row in (entry.personal or {})["items"]]
        self._items: dict[str, dict[str, Any]] = {
            row[0]: dict(zip(head["item_facts"], row[1:-1], strict=True)) for row in rows
        }
        self._lines: dict[str, ItemLine] = {row[0]: _line(row[0], row[-1]) for row in rows}
        self._pending = tuple(head["pending"])
        self._notified = {rule: date.fromisoformat(day) for rule, day in head["notified"].items()}

    def case(self) -> CustomerCase:
        """The case from what was archived alone."""
        return CustomerCase(
            self._snapshot("customer", self._customer, self._facts),
            tuple(self._snapshot("item", key, facts) for key, facts in self._items.items()),
            tuple(self._lines.values()),
            pending=self._pending,
            notified=self._notified,
        )

    def with_own_doings(self, case: CustomerCase) -> CustomerCase:
        """Another case of the customer on that day, with Monitum's own doings as they were archived."""
        own = {name: value for name, value in self._facts.items() if name in OWN_DOINGS}
        lines = [
            replace(line, sent=self._lines[line.key].sent, pending=self._lines[line.key].pending)
            if line.key in self._lines else line
            for line in case.lines
        ]  # fmt: skip
        return replace(
            case,
            customer=_overlaid(case.customer, own),
            items=tuple(_overlaid(item, self._own_of(item.key, own)) for item in case.items),
            lines=tuple(lines),
            pending=self._pending,
            notified=self._notified,
        )

    def _own_of(self, item: str, own: Mapping[str, Any]) -> dict[str, Any]:
        facts = self._items.get(item, {})
        return {**own, **{name: value for name, value in facts.items() if name in OWN_DOINGS}}

    def _snapshot(self, scope: Scope, key: str, facts: Mapping[str, Any]) -> Snapshot:
        every = {**dict.fromkeys(fact.name for fact in facts_of(scope)), **facts}
        return Snapshot(scope, key, self._customer, self.as_of, every)


def _overlaid(snapshot: Snapshot, facts: Mapping[str, Any]) -> Snapshot:
    return replace(snapshot, facts={**snapshot.facts, **facts})


def _line(key: str, row: Sequence[Any]) -> ItemLine:
    document, currency, open_minor, original_minor, issued, due, sent, pending = row
    return ItemLine(
        key, document, currency, open_minor, original_minor, date.fromisoformat(issued), date.fromisoformat(due),
        tuple((stage, date.fromisoformat(day)) for stage, day in sent), pending,
    )  # fmt: skip


def first_difference(archived: Iterable[Any], again: Iterable[Any]) -> tuple[str, Any, Any]:
    """Where two records differ first, with both values: facts before decisions, as causes come before effects."""
    return _first(_labelled(archived), _labelled(again), ()) or ("the order of its parts", None, None)


def _labelled(entries: Iterable[Any]) -> dict[str, Any]:
    parts = list(entries)
    if not parts:
        return {}
    head = parts[0].personal
    items = [row for part in parts for row in part.personal["items"]]
    return {
        "customer": dict(zip(head["customer_facts"], head["customer"], strict=True)),
        "items": {
            row[0]: dict(zip(head["item_facts"], row[1:-1], strict=True)) | dict(zip(_LINE, row[-1], strict=True))
            for row in items
        },
        **{name: head[name] for name in ("pending", "notified", "keys", "verdicts")},
        "decisions": parts[0].public["decisions"],
        "ruleset": [parts[0].ruleset, parts[0].version],
        "parts": [part.personal["part"] for part in parts],
    }


def _first(one: Any, other: Any, path: tuple[str, ...]) -> tuple[str, Any, Any] | None:
    pairs: list[tuple[str, Any, Any]]
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(str(name), one.get(name), other.get(name)) for name in {**one, **other}]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(str(place), left, right) for place, (left, right) in enumerate(zip(one, other, strict=True))]
    else:
        return None if one == other else (".".join(path), one, other)
    found = (_first(left, right, (*path, name)) for name, left, right in pairs)
    return next((first for first in found if first is not None), None)
