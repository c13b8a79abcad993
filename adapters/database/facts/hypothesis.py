"""Hypothetical changes: what the rows would be if a payment came or a hold were placed. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from adapters.database.facts.snapshot_rows import BatchRows
from engine.errors import InvalidInput
from engine.facts.catalogue import HOLD_REASONS
from engine.ports import Change


def apply_changes(rows: BatchRows, changes: Iterable[Change]) -> BatchRows:
    """The rows of one customer after the changes. Raises InvalidInput naming the field of a change that cannot be."""
    for change in changes:
        if change.kind == "payment":
            rows = _paid(rows, change)
        elif change.kind == "hold":
            rows = _held(rows, change)
        else:
            raise InvalidInput(f"A change is a payment or a hold, not '{change.kind}'.", field="changes.kind")
    return rows


def _paid(rows: BatchRows, change: Change) -> BatchRows:
    if change.amount_minor <= 0:
        raise InvalidInput("A hypothetical payment must be more than zero.", field="changes.amount")
    left = change.amount_minor
    currency = change.currency
    items: list[Sequence[Any]] = []
    for row in rows.items:
        if row[1] == change.item:
            if currency not in {None, row[3]}:
                raise InvalidInput(f"Item '{row[1]}' is in {row[3]}, not in {currency}.", field="changes.currency")
            currency = row[3]
            used = min(left, row[4])
            left -= used
            if used < row[4]:
                items.append((*row[:4], row[4] - used, *row[5:]))
        else:
            items.append(row)
    if change.item is not None and all(row[1] != change.item for row in rows.items):
        raise InvalidInput(f"The customer has no open item '{change.item}'.", field="changes.item")
    if currency is None:
        raise InvalidInput("A payment that names no item needs a currency.", field="changes.currency")
    rest = [(rows.customers[0][0], currency, left)] if left else []
    return replace(rows, items=items, credits=_summed([*rows.credits, *rest]))


def _summed(amounts: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    total: dict[tuple[str, str], int] = {}
    for customer, currency, minor in amounts:
        total[customer, currency] = total.get((customer, currency), 0) + minor
    return [(customer, currency, minor) for (customer, currency), minor in total.items()]


def _held(rows: BatchRows, change: Change) -> BatchRows:
    if change.reason not in HOLD_REASONS:
        raise InvalidInput(f"A hold's reason is one of {', '.join(HOLD_REASONS)}.", field="changes.reason")
    if change.item is not None and all(row[1] != change.item for row in rows.items):
        raise InvalidInput(f"The customer has no open item '{change.item}'.", field="changes.item")
    return replace(rows, holds=[*rows.holds, (rows.customers[0][0], change.item, change.reason, None)])
