"""What may be done to whom, judged from the books alone. It shares no code with the product: the numbers are those of
rules/pl/b2b.yaml and its guards, said again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.drills.simulation.books import Account, Item

ZONE = ZoneInfo("Europe/Warsaw")
#: Public holidays in Poland within the days that histories live in.
HOLIDAYS = frozenset(
    {date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)}
)
LADDER = ("due_soon", "reminder", "demand", "final_demand", "handover")
#: Days that must pass after the last message about an item before this one.
WAITS = {"due_soon": 1, "reminder": 1, "demand": 7, "final_demand": 14, "handover": 14}
NOTICE_DAYS = 15
#: Full hours count, so 24 of them are over when the 25th is.
FRESH = timedelta(hours=25)
#: How far clocks may be apart, and how long an effect may take once its last look at the facts is over.
SLACK = timedelta(minutes=8)


class Needs(NamedTuple):
    """First and last day past due, the least open amount and the least debt that a stage takes (minor units)."""

    first: int
    last: int
    amount: int
    debt: int


STAGES = {
    "due_soon": Needs(-7, 0, 50_00, 50_00),
    "reminder": Needs(3, 9999, 50_00, 50_00),
    "demand": Needs(14, 9999, 50_00, 50_00),
    "final_demand": Needs(30, 9999, 200_00, 200_00),
    "handover": Needs(60, 9999, 1_000_00, 1_000_00),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message about an item that the mail server took."""

    item: str
    stage: str
    day: date


Letters = Mapping[str, Sequence[Letter]]


@lru_cache(maxsize=4096)
def working(day: date) -> bool:
    """Whether people work on a day."""
    return day.weekday() < 5 and day not in HOLIDAYS


def local(at: datetime) -> datetime:
    """The wall clock of a moment."""
    return at.astimezone(ZONE)


def _rests(account: Account, item: Item) -> bool:
    return account.held or item.disputed


def overdue(account: Account, day: date) -> int:
    """Debt past due less money that settles nothing yet."""
    return sum(item.open for item in account.items if item.open > 0 and item.due < day) - account.credit


def actionable(account: Account, day: date) -> list[Item]:
    """Items past due that do not rest."""
    return [one for one in account.items if one.open > 0 and one.due < day and not _rests(account, one)]


def settled(account: Account, day: date) -> bool:
    """Whether nothing keeps a customer's services from running."""
    return overdue(account, day) <= 0 or not actionable(account, day)


def why_not_suspend(account: Account, day: date, letters: Letters) -> str | None:
    """Why a customer may not be suspended on a day; None when he may."""
    late = actionable(account, day)
    if account.held:
        return "the account is on hold"
    if sum(item.open for item in late) < 1_000_00 or overdue(account, day) < 1_000_00:
        return "too little is overdue"
    if max((day - item.due).days for item in late) < 45:
        return "it is not old enough"
    noticed = [
        letter.day
        for item in account.items
        if item.open > 0 and item.due < day
        for letter in letters.get(item.key, ())
        if letter.stage == "final_demand"
    ]
    if not noticed or (day - min(noticed)).days < NOTICE_DAYS:
        return "no notice, or its days are still running"
    return None if working(day) else "it is a day off"


def why_not_remind(account: Account, item_key: str, stage: str, at: datetime, letters: Letters) -> str | None:
    """Why a stage may not be sent for an item at a moment; None when it may."""
    day = local(at).date()
    item = next((one for one in account.items if one.key == item_key), None)
    if item is None or item.open <= 0:
        return f"{item_key} is paid"
    if _rests(account, item):
        return f"{item_key} is disputed or on hold"
    needs = STAGES[stage]
    if not needs.first <= (day - item.due).days <= needs.last or item.open < needs.amount:
        return f"{item_key} is not for {stage}"
    if (overdue(account, day) if needs.first > 0 else _balance(account)) < needs.debt:
        return f"{item_key} is covered by credits"
    if not working(day) or not 8 <= local(at).hour < 20:
        return "nobody is written to at this time"
    return why_not_next(item_key, stage, day, letters)


def why_not_next(item_key: str, stage: str, day: date, letters: Letters) -> str | None:
    """Why a stage may not follow what was sent for an item: it was sent, it comes too soon or out of order."""
    sent = letters.get(item_key, ())
    if any(LADDER.index(letter.stage) >= LADDER.index(stage) for letter in sent):
        return f"{item_key} had {stage} or more already"
    if sent and (day - max(letter.day for letter in sent)).days < WAITS[stage]:
        return f"{item_key} gets {stage} too soon"
    if stage == "handover" and not any(letter.stage == "final_demand" for letter in sent):
        return f"{item_key} is handed over without a notice"
    return None


def _balance(account: Account) -> int:
    return sum(item.open for item in account.items if item.open > 0) - account.credit
