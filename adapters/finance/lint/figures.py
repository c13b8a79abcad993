"""Figures and numbers that are hardly meant: many amounts of zero, a rare currency, a document number twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from adapters.finance.contract import Origin, Value
from engine.execution.reports import SourceFinding

_ENOUGH: Final = 100
_SHOWN: Final = 3
_AMOUNT: Final = {"open_item": "amount", "document": "gross", "payment": "amount", "allocation": "amount"}


class OddFigures:
    """Counts amounts of zero, currencies, and numbers of documents by kind."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._zero: Counter[str] = Counter()
        self._currencies: Counter[str] = Counter()
        self._numbers: dict[tuple[Value, Value], set[Value]] = {}

    def see(self, origin: Origin, row: Mapping[str, Value]) -> None:
        """Count a row."""
        table = origin.table
        self._rows[table] += 1
        if table in _AMOUNT and row[_AMOUNT[table]] == Decimal():
            self._zero[table] += 1
        if table == "open_item":
            self._currencies[str(row["currency"])] += 1
        if table == "document":
            self._numbers.setdefault((row["kind"], row["number"]), set()).add(row["key"])

    def findings(self) -> Iterator[SourceFinding]:
        """What stands out."""
        for table, zeros in self._zero.items():
            if zeros * 5 > self._rows[table]:
                text = f"{zeros} of {self._rows[table]} amounts are 0; is it the right column?"
                yield SourceFinding("amounts_zero", table, _AMOUNT[table], text)
        total = self._currencies.total()
        for currency, count in self._currencies.items():
            if total >= _ENOUGH and count * 1000 < total:
                text = f"{currency} stands on {count} of {total} lines; is it meant?"
                yield SourceFinding("currency_rare", "open_item", "currency", text)
        twice = sorted(str(number) for (_, number), keys in self._numbers.items() if len(keys) > 1)
        if twice:
            text = f"{len(twice)} number(s) are of several documents of one kind: {', '.join(twice[:_SHOWN])}"
            yield SourceFinding("number_twice", "document", "number", text)
