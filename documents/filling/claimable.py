"""Which items of a customer a note may claim, and which not: the rule that keeps each out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from documents.filling.account import Account, Item
from documents.filling.evidence import IssuedNote
from documents.filling.request import Request, not_given
from documents.filling.sources import DocumentSources
from engine.errors import InvalidInput, IssueRefused
from engine.facts.legal import LIMITATIONS, claim_of
from engine.law.claims.limitation import Period, limitation
from engine.law.law import Law
from engine.law.policy import DEFAULTS, Policy
from engine.money import Money

#: Reasons of holds under which nothing is claimed, and the rule's name for them.
_RESTS: Final[Mapping[str, str]] = {
    "dispute": "disputed",
    "complaint": "disputed",
    "insolvency": "insolvency",
    "factored": "assigned",
}
#: Documents that are no principal: interest bears no interest (k.c. art. 482), a proforma is no debt.
_NO_PRINCIPAL: Final[Mapping[str, str]] = {"interest_note": "interest", "proforma": "proforma"}
#: Notes that charge the days of a delay, or that there was one: nothing is charged on a day that nobody knows.
_OF_DELAY: Final = frozenset({"interest_note", "compensation_note"})
#: Claims of the same sort; compensation bears no interest either (policy P9).
_INTEREST: Final = ("commercial_interest", "compensation")


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """What notes claimed of an item before: the number of the last, and first day, last day and principal (minor
    units) of every row of interest; a compensation has none."""

    number: str
    rows: tuple[tuple[date, date, int], ...]

    @property
    def last(self) -> date | None:
        """The last day for which interest was charged."""
        return max((last for _, last, _ in self.rows), default=None)

    def too_much(self, item: Item) -> bool:
        """Whether interest was charged on what, as is known now, had been settled before."""
        return any(
            principal > item.owed(first) or any(first <= part.day < last for part in item.settled)
            for first, last, principal in self.rows
        )


@dataclass(frozen=True, slots=True)
class Claims:
    """What a note is made from. `named`: numbers of documents the person wants claimed, None for all; `before`: what
    earlier notes of the same kind claimed, by item; `notes`: numbers of all of them; `claim`: what the person says the
    items are, else the books decide it (engine.facts.legal.claim_of)."""

    request: Request
    law: Law
    account: Account
    named: tuple[str, ...] | None
    before: Mapping[str, ClaimedItem]
    notes: frozenset[str]
    claim: str | None
    policy: Policy

    def bar(self, item: Item) -> str | None:
        """The name of the rule for which an item is not claimed, whatever the note; None when it may be."""
        claim = self.claim or claim_of(item.claim, item.kind)
        if item.kind in _NO_PRINCIPAL:
            return _NO_PRINCIPAL[item.kind]
        if claim in _INTEREST or item.document in self.notes:
            return "interest"
        if self.request.kind in _OF_DELAY and any(not part.known and part.day > item.due_date for part in item.settled):
            return "settled_on_an_unknown_day"
        resting = sorted(_RESTS[reason] for reason in item.holds if reason in _RESTS)
        if resting:
            return resting[0]
        return self._bar_of_time(item, claim)

    def _bar_of_time(self, item: Item, claim: str) -> str | None:
        if item.closed_on and item.original_minor > sum(part.minor for part in item.settled):
            return "vanished"
        if item.due_date >= self.request.as_of:
            return "not_due"
        periods = self.law.parameter(LIMITATIONS[claim], Period)
        barred = limitation(item.due_date, periods, self.law.days_off, self.policy)
        return "time_barred" if self.request.as_of > barred.last_day else None

    def rows(self, row_of: Callable[[Item], dict[str, Any] | str]) -> Iterator[dict[str, Any]]:
        """The rows of the items that may be claimed, by due date; `row_of` gives a row, or the name of the rule against
        it. No item is looked at before its row is asked for.

        Raises IssueRefused for a named document that may not be claimed, and when nothing remains.
        """
        some, barred = False, []
        for item in self._wanted():
            found = self.bar(item) or row_of(item)
            if isinstance(found, dict):
                some = True
                yield found
            elif self.named is not None:
                raise self._refused(found, f"'{item.document}' is not claimed: {found.replace('_', ' ')}.")
            else:
                barred.append(f"{item.document} ({found.replace('_', ' ')})")
        if not some:
            told = f" Left out: {', '.join(barred)}." if barred else ""
            raise self._refused("nothing", f"Nothing of '{self.request.customer}' is to be claimed.{told}")

    def _wanted(self) -> Iterable[Item]:
        if self.named is None:
            return self.account.items
        numbers = {item.document for item in self.account.items}
        for index, number in enumerate(self.named):
            if number not in numbers:
                raise InvalidInput(f"documents.{index}: the customer has no '{number}'.", field=f"documents.{index}")
        return [item for item in self.account.items if item.document in self.named]

    def _refused(self, rule: str, message: str) -> IssueRefused:
        return IssueRefused(f"pl.{self.request.kind}.{rule}", message)


def claims_of(sources: DocumentSources, request: Request, given: dict[str, Any]) -> Claims:
    """The customer's items as known now; no other note of the customer is made until the transaction ends.

    Takes `documents` and `claim` out of `given`. Raises InvalidInput naming the field.
    """
    not_given(given, "rows", "total", "basis")
    issued = sources.record.notes(request)
    account = sources.record.account(request, request.as_of)
    named = given.pop("documents", None)
    if named is not None and not (isinstance(named, list) and named and all(isinstance(one, str) for one in named)):
        raise InvalidInput("documents: write a list of document numbers.", field="documents")
    law = sources.law("pl")
    return Claims(
        request,
        law,
        account,
        tuple(named) if named is not None else None,
        _before(row for row in issued if row.kind == request.kind),
        frozenset(row.number for row in issued),
        _claim(given.pop("claim", None)),
        _policy(request),
    )


def _claim(name: object) -> str | None:
    if name is not None and name not in LIMITATIONS:
        raise InvalidInput(f"claim: '{name}' is none of: {', '.join(LIMITATIONS)}.", field="claim")
    return None if name is None else str(name)


def _policy(request: Request) -> Policy:
    """The company's policies. Raises InvalidInput for those by which a note cannot show how its sums are made up."""
    policy = request.policy
    for name in ("rounding", "last_day", "year"):
        if getattr(policy, name) != getattr(DEFAULTS, name):
            raise InvalidInput(
                f"policy.{name}: notes are made with '{getattr(DEFAULTS, name)}', as their rows show.",
                field=f"policy.{name}",
            )
    return policy


def _before(issued: Iterable[IssuedNote]) -> Mapping[str, ClaimedItem]:
    found: dict[str, ClaimedItem] = {}
    for note in issued:
        for row in note.rows:
            charged = [_charged(segment, note.currency) for segment in row.get("segments", ())]
            earlier = found[row["item"]].rows if row["item"] in found else ()
            found[row["item"]] = ClaimedItem(note.number, (*earlier, *charged))
    return found


def _charged(segment: Mapping[str, str], currency: str) -> tuple[date, date, int]:
    first, last = (date.fromisoformat(segment[name]) for name in ("first", "last"))
    return first, last, Money.of(segment["principal"], currency).minor


def total_of(amounts: Sequence[str], currency: str) -> str:
    """The sum of amounts as a model takes them."""
    return Money(currency, sum(Money.of(amount, currency).minor for amount in amounts)).text
