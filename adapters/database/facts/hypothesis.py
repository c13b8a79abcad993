"""Hypothetical changes: what the rows would be if a payment came or a hold were placed. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adapters.database.facts.rows import AmountRow, BatchRows, HoldRow, ItemRow
from engine.errors import InvalidInput
from engine.facts.catalogue import HOLD_REASONS
from engine.facts.store import Change


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
    items: list[ItemRow] = []
    for row in rows.items:
        if row.key == change.item:
            if currency not in {None, row.currency}:
                raise InvalidInput(
                    f"Item '{row.key}' is in {row.currency}, not in {currency}.", field="changes.currency"
                )
            currency = row.currency
            used = min(left, row.open_minor)
            left -= used
            if used < row.open_minor:
                items.append(row._replace(open_minor=row.open_minor - used))
        else:
            items.append(row)
    _require_open(rows, change)
    if currency is None:
        raise InvalidInput("A payment that names no item needs a currency.", field="changes.currency")
    rest = [AmountRow(rows.customers[0].key, currency, left)] if left else []
    return replace(rows, items=items, credits=_summed([*rows.credits, *rest]))


def _summed(amounts: Iterable[AmountRow]) -> list[AmountRow]:
    total: dict[tuple[str, str], int] = {}
    for customer, currency, minor in amounts:
        total[customer, currency] = total.get((customer, currency), 0) + minor
    return [AmountRow(customer, currency, minor) for (customer, currency), minor in total.items()]


def _held(rows: BatchRows, change: Change) -> BatchRows:
    if change.reason not in HOLD_REASONS:
        raise InvalidInput(f"A hold's reason is one of {', '.join(HOLD_REASONS)}.", field="changes.reason")
    _require_open(rows, change)
    return replace(rows, holds=[*rows.holds, HoldRow(rows.customers[0].key, change.item, change.reason, None)])


def _require_open(rows: BatchRows, change: Change) -> None:
    if change.item is not None and all(row.key != change.item for row in rows.items):
        raise InvalidInput(f"The customer has no open item '{change.item}'.", field="changes.item")
