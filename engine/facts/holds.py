"""How a customer and its items rest: the holds that are on them, which reason weighs most, and until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

#: The hold that weighs most is named as the reason; the law stops what a promise merely delays.
_WEIGHT: Final = {
    reason: weight
    for weight, reason in enumerate(
        ("insolvency", "factored", "dispute", "complaint", "instalment_plan", "promise", "manual")
    )
}


class Hold(NamedTuple):
    """A hold on an item (None: on the customer) with its reason and its last day (None: open-ended)."""

    item: str | None
    reason: str
    until: date | None = None


class Rest(NamedTuple):
    """How an item or a customer rests. `until`: the last day; None when nothing holds or nothing ends."""

    on_hold: bool
    reason: str | None
    disputed: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class Holds:
    """How one customer rests: with all its items, and those items that have holds of their own."""

    of_all: Rest
    by_item: Mapping[str, Rest]
    #: Promises that passed: the item (None: all) and the last day.
    promises: Sequence[Hold]

    @classmethod
    def of(cls, holds: Sequence[Hold], as_of: date) -> Holds:
        """From the holds placed until a day, those that have ended included."""
        if not holds:
            return _NO_HOLDS
        promises: list[Hold] = []
        active: dict[str | None, list[Hold]] = defaultdict(list)
        for hold in holds:
            if hold.until is None or hold.until >= as_of:
                active[hold.item].append(hold)
            elif hold.reason == "promise":
                promises.append(hold)
        of_all = active.pop(None, [])
        return cls(_rest(of_all), {item: _rest([*of_all, *held]) for item, held in active.items() if item}, promises)

    @property
    def insolvent(self) -> bool:
        """Whether a hold for insolvency is on the customer or on any of its items, open or not."""
        return any(rest.reason == "insolvency" for rest in (self.of_all, *self.by_item.values()))

    def rest(self, item: str) -> Rest:
        """How an item rests."""
        return self.by_item.get(item, self.of_all)

    def broken(self, open_items: Collection[str]) -> int:
        """Promises that passed while the promised item is still open."""
        return sum(1 for hold in self.promises if (hold.item in open_items if hold.item else bool(open_items)))


def _rest(holds: Sequence[Hold]) -> Rest:
    """From the active holds."""
    reasons = [hold.reason for hold in holds]
    days = [hold.until for hold in holds if hold.until is not None]
    return Rest(
        bool(holds),
        min(reasons, key=_WEIGHT.__getitem__, default=None),
        "dispute" in reasons or "complaint" in reasons,
        max(days) if days and len(days) == len(holds) else None,
    )


_NO_HOLDS: Final = Holds(_rest(()), {}, ())
