"""A customer's case as its archived record has it, and where two records differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from adapters.database.archive.decision_records import DecisionRecord
from engine.facts.case import CaseItem, CustomerCase, ItemLine
from engine.facts.catalogue import OWN_OF_ITEM, facts_of

#: Facts about what Monitum itself did, when it looked and what its company had set; everything else comes from the
#: books and the law.
OWN_DOINGS: Final = frozenset(
    {
        "stage",
        "days_in_stage",
        "notice_delivered",
        "days_since_notice",
        "suspension_earliest",
        "days_since_suspension_allowed",
        "days_since_contact",
        "days_since_contact_allowed",
        "suspended",
        "days_since_last_run",
        "source_age_hours",
        "books_stale",
        "blackout_day",
    }
)
_LINE: Final = ("document", "currency", "open", "original", "issued", "due", "sent", "pending")


class ArchivedCase:
    """The case of a record, as far as its ruleset read it; what it did not read is absent."""

    def __init__(self, record: DecisionRecord) -> None:
        first = record.entries[0]
        head = first.personal or {}
        self._customer = record.customer
        self.as_of = date.fromisoformat(first.public["as_of"])
        self.keys: frozenset[str] = frozenset(head["keys"])
        rows = [row for entry in record.entries for row in (entry.personal or {})["items"]]
        read = {key: dict(zip(head["item_facts"], values, strict=True)) for key, *values, _ in rows}
        self._own = {key: {name: facts[name] for name in facts if name in OWN_OF_ITEM} for key, facts in read.items()}
        shared = next(iter(read.values()), {})
        self._facts: dict[str, Any] = {name: shared[name] for name in shared if name not in OWN_OF_ITEM}
        self._facts |= zip(head["customer_facts"], head["customer"], strict=True)
        self._lines: dict[str, ItemLine] = {key: _line(key, line) for key, *_, line in rows}
        self._pending = tuple(head["pending"])
        self._notified = {rule: date.fromisoformat(day) for rule, day in head["notified"].items()}

    def case(self) -> CustomerCase:
        """The case from what was archived alone."""
        unread = dict.fromkeys(OWN_OF_ITEM)
        return CustomerCase(
            self._customer,
            self.as_of,
            {**dict.fromkeys(fact.name for fact in facts_of("customer")), **self._facts},
            tuple(CaseItem(line, {**unread, **self._own[key]}) for key, line in self._lines.items()),
            pending=self._pending,
            notified=self._notified,
        )

    def with_own_doings(self, case: CustomerCase) -> CustomerCase:
        """Another case of the customer on that day, with Monitum's own doings as they were archived."""
        items = tuple(self._own_doings(item) for item in case.open_items)
        return replace(case, open_items=items, pending=self._pending, notified=self._notified).with_facts(
            _doings(self._facts)
        )

    def _own_doings(self, item: CaseItem) -> CaseItem:
        archived = self._lines.get(item.line.key)
        if archived is None:
            return item
        line = item.line._replace(sent=archived.sent, pending=archived.pending)
        return CaseItem(line, {**item.facts, **_doings(self._own[line.key])})


def _doings(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in OWN_DOINGS}


def _line(key: str, row: Sequence[Any]) -> ItemLine:
    document, currency, open_minor, original_minor, issued, due, sent, pending = row
    return ItemLine(
        key,
        document,
        currency,
        open_minor,
        original_minor,
        date.fromisoformat(issued),
        date.fromisoformat(due),
        tuple((stage, date.fromisoformat(day)) for stage, day in sent),
        pending,
    )


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
            key: dict(zip(head["item_facts"], values, strict=True)) | dict(zip(_LINE, line, strict=True))
            for key, *values, line in items
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
