"""Kinds of faults: each does one bad thing to an export, as exports and the people who handle them do.

A kind says False when the books hold nothing that it could be done to.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, TypeAlias

from tests.drills.faults.books import Export, Row

Fault: TypeAlias = Callable[[Export, Random], bool]
KINDS: Final[dict[str, Fault]] = {}
ITEMS, PAYMENTS, ALLOCATIONS, HOLDS = "items.csv", "payments.csv", "allocations.csv", "holds.csv"
CUSTOMERS: Final = "customers.csv"


#: What no row contradicts, so that only counts and totals of the source's own could tell. The drill plays them as well;
#: `make test` does not yet.
UNTOLD: Final = frozenset(
    {
        "a settlement's row is lost",
        "a hold's row is lost",
        "an item comes twice under two keys",
        "a settlement comes twice under two keys",
        "an item's amount has a digit more",
        "a payment's amount lost a digit",
        "a payment is in another currency",
        "a payment stands under another customer",
        "settlements are cut at the end of a line",
        "holds are empty",
        "the header of items has dates swapped",
    }
)


def _kind(name: str, fault: Fault) -> None:
    KINDS[name] = fault


def _debits(row: Row) -> bool:
    return row["direction"] == "debit"


def _credits(row: Row) -> bool:
    return row["direction"] == "credit"


def _any(_row: Row) -> bool:
    return True


def _picked(export: Export, random: Random, file: str, where: Callable[[Row], bool] = _any) -> Row | None:
    rows = [row for row in export.rows[file] if where(row)]
    return random.choice(rows) if rows else None


def _lost(file: str, where: Callable[[Row], bool] = _any) -> Fault:
    def fault(export: Export, random: Random) -> bool:
        row = _picked(export, random, file, where)
        if row is not None:
            export.rows[file] = [one for one in export.rows[file] if one is not row]
        return row is not None

    return fault


def _cell(file: str, column: str, write: Callable[[str, Random], str], where: Callable[[Row], bool] = _any) -> Fault:
    def fault(export: Export, random: Random) -> bool:
        row = _picked(export, random, file, where)
        if row is None:
            return False
        was = row[column]
        row[column] = write(was, random)
        return row[column] != was

    return fault


def _doubled(file: str, **other: str) -> Fault:
    def fault(export: Export, random: Random) -> bool:
        row = _picked(export, random, file)
        if row is not None:
            export.rows[file].append(row | {name: row[name] + more for name, more in other.items()})
        return row is not None

    return fault


def _spoiled(file: str, spoil: Callable[[bytes, Random], bytes]) -> Fault:
    def fault(export: Export, random: Random) -> bool:
        if len(export.rows[file]) < 2:
            return False
        export.spoil[file] = lambda content: spoil(content, random)
        return True

    return fault


def _cut_lines(content: bytes, random: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[: random.randrange(1, len(lines))])


def _cut_inside(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) // 2, len(content) - 2)]


def _line_shifted(content: bytes, random: Random) -> bytes:
    """One line got a separator too many at its beginning: each cell stands under its neighbour's name."""
    lines = content.splitlines(keepends=True)
    at = random.randrange(1, len(lines))
    return b"".join([*lines[:at], b"," + lines[at], *lines[at + 1 :]])


def _header_swapped(one: str, other: str) -> Callable[[bytes, Random], bytes]:
    def spoil(content: bytes, _random: Random) -> bytes:
        header, rest = content.split(b"\n", 1)
        names = header.decode().split(",")
        places = {one: other, other: one}
        return ",".join(places.get(name, name) for name in names).encode() + b"\n" + rest

    return spoil


def _column_moved(content: bytes, _random: Random) -> bytes:
    """Every line but the header lost its first cell."""
    header, *lines = content.splitlines(keepends=True)
    return header + b"".join(line.split(b",", 1)[1] for line in lines)


def _file_lost(file: str) -> Fault:
    def fault(export: Export, _random: Random) -> bool:
        export.lost.add(file)
        return True

    return fault


def _emptied(file: str) -> Fault:
    def fault(export: Export, _random: Random) -> bool:
        had = bool(export.rows[file])
        export.rows[file] = []
        return had

    return fault


def _reversed_allocation(export: Export, random: Random) -> bool:
    """A settlement undone by a row of its own, in a system whose mapping does not say so."""
    row = _picked(export, random, ALLOCATIONS)
    if row is not None:
        export.rows[ALLOCATIONS].append(row | {"key": row["key"] + "R", "amount": "-" + row["amount"]})
    return row is not None


def _customer_lost_everywhere(export: Export, random: Random) -> bool:
    """A payment names no customer any more, nor does what it settles."""
    row = _picked(export, random, PAYMENTS)
    if row is not None:
        row["customer"] = ""
    return row is not None


def _other_currency(export: Export, random: Random) -> bool:
    row = _picked(export, random, PAYMENTS)
    if row is not None:
        row["currency"] = "EUR"
    return row is not None


def _other_customer(export: Export, random: Random) -> bool:
    """A payment stands under another customer than the item it settles."""
    row = _picked(export, random, PAYMENTS)
    other = row and _picked(export, random, CUSTOMERS, lambda one: one["key"] != row["customer"])
    if row is None or other is None:
        return False
    row["customer"] = other["key"]
    return True


def _renamed_customer(export: Export, random: Random) -> bool:
    """The payments of a customer name it otherwise: zeros in front, as another program writes keys."""
    row = _picked(export, random, PAYMENTS)
    if row is None:
        return False
    old = row["customer"]
    for one in export.rows[PAYMENTS]:
        if one["customer"] == old:
            one["customer"] = "00" + old
    return True


def _old(days: int) -> Fault:
    def fault(export: Export, _random: Random) -> bool:
        export.days_old = days
        return True

    return fault


def _letters(text: str, random: Random) -> str:
    """Digits typed as letters."""
    at = random.randrange(len(text))
    return text[:at] + random.choice("OlX") + text[at + 1 :]


_kind("a payment's row is lost", _lost(PAYMENTS))
_kind("a settlement's row is lost", _lost(ALLOCATIONS))
_kind("a credit note's row is lost", _lost(ITEMS, _credits))
_kind("an item's row is lost", _lost(ITEMS, _debits))
_kind("a hold's row is lost", _lost(HOLDS))
_kind("a customer's row is lost", _lost(CUSTOMERS))
_kind("an item's row comes twice", _doubled(ITEMS))
_kind("an item comes twice under two keys", _doubled(ITEMS, key="B"))
_kind("a settlement comes twice under two keys", _doubled(ALLOCATIONS, key="B"))
_kind("a payment's row comes twice", _doubled(PAYMENTS))
_kind("a payment's amount is garbled", _cell(PAYMENTS, "amount", _letters))
_kind("a settlement's amount is garbled", _cell(ALLOCATIONS, "amount", _letters))
_kind("a credit note's amount is garbled", _cell(ITEMS, "amount", _letters, _credits))
_kind("an item's amount is garbled", _cell(ITEMS, "amount", _letters, _debits))
_kind("an item's amount has a digit more", _cell(ITEMS, "amount", lambda text, _: "9" + text, _debits))
_kind("a payment's amount lost a digit", _cell(PAYMENTS, "amount", lambda text, _: text[1:] or "0"))
_kind("a payment's amount is blank", _cell(PAYMENTS, "amount", lambda *_: ""))
_kind("a payment's day does not exist", _cell(PAYMENTS, "paid", lambda *_: "2026-02-31"))
_kind("a payment's day is another format's", _cell(PAYMENTS, "paid", lambda *_: "26.11.2026"))
_kind("a due date does not exist", _cell(ITEMS, "due", lambda *_: "2026-06-31", _debits))
_kind("a hold's reason is unknown", _cell(HOLDS, "reason", lambda *_: "URLOP"))
_kind("a hold's day does not exist", _cell(HOLDS, "from", lambda *_: "2026-13-01"))
_kind("a direction is unknown", _cell(ITEMS, "direction", lambda *_: "Ma", _credits))
_kind("a settlement names an unknown item", _cell(ALLOCATIONS, "item", lambda text, _: text + "X"))
_kind("a settlement names an unknown payment", _cell(ALLOCATIONS, "payment", lambda text, _: text + "X"))
_kind("a payment's key is blank", _cell(PAYMENTS, "key", lambda *_: ""))
_kind("an item's customer is blank", _cell(ITEMS, "customer", lambda *_: "", _debits))
_kind("a payment's customer is blank", _customer_lost_everywhere)
_kind("a payment is in another currency", _other_currency)
_kind("a payment stands under another customer", _other_customer)
_kind("a customer's payments name it otherwise", _renamed_customer)
_kind("a settlement is undone by a negative row", _reversed_allocation)
_kind("payments are cut at the end of a line", _spoiled(PAYMENTS, _cut_lines))
_kind("payments are cut within a line", _spoiled(PAYMENTS, _cut_inside))
_kind("settlements are cut at the end of a line", _spoiled(ALLOCATIONS, _cut_lines))
_kind("items are cut at the end of a line", _spoiled(ITEMS, _cut_lines))
_kind("payments are empty", _emptied(PAYMENTS))
_kind("holds are empty", _emptied(HOLDS))
_kind("payments are not there", _file_lost(PAYMENTS))
_kind("a line of payments is shifted by a column", _spoiled(PAYMENTS, _line_shifted))
_kind("every line of settlements is shifted", _spoiled(ALLOCATIONS, _column_moved))
_kind("the header of items has dates swapped", _spoiled(ITEMS, _header_swapped("issued", "due")))
_kind("customers came in another code page", _spoiled(CUSTOMERS, lambda content, _: content.decode().encode("cp1250")))
_kind("the whole export is ten days old", _old(10))
