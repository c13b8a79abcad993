"""What is open of an item or a payment on a day, as known at a moment: one SQL function, which the migrations make.

It is a plain query that PostgreSQL writes into the one that asks, so that many items cost no more than their rows.
"""

from __future__ import annotations

from typing import Literal

#: What an allocation takes from: a claim, a credit item, or money that came in.
Side = Literal["debit", "credit", "payment"]


def open_amount(row: str, side: Side | None = None, *, as_of: str = ":as_of", known_at: str = ":known_at") -> str:
    """SQL for one row (settled, settled_on, open) about a row of open_item or payment (its alias).

    `settled`: the sum of the allocations to the end of the day, 0 without any; `settled_on`: the day of the last;
    `open`: the amount less what is settled, nothing from the day on which the books closed it. `side`: the item's own
    direction if not given; named, it saves the other sides. Amounts have the row's currency. 'infinity' as a moment
    means the versions believed today.
    """
    direction = f"'{side}'" if side else f"{row}.direction"
    closed_on = "null" if side == "payment" else f"{row}.closed_on"
    return f"open_amount({direction}, {row}.source, {row}.key, {row}.amount, {closed_on}, {as_of}, {known_at})"
