"""Columns that say nothing: always empty, or always the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from adapters.finance.contract import Origin, Value
from engine.execution.reports import SourceFinding

_FEW: Final = 10
#: Fields that are often the same on every line, and rightly.
_MAY_BE_SAME: Final = frozenset(
    {"currency", "kind", "language", "country", "direction", "instalment", "credit_currency"}
)
_CONSTANT: Final = ("constant ", "template ")


class SilentColumns:
    """Counts the different values of each mapped column, up to two."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, str], set[Value]] = {}
        self._rows: dict[tuple[str, str], int] = {}

    def see(self, origin: Origin, row: Mapping[str, Value]) -> None:
        """Note the values of a row."""
        place = (origin.table, origin.file)
        self._rows[place] = self._rows.get(place, 0) + 1
        for field, label in origin.labels.items():
            if not label.startswith(_CONSTANT):
                seen = self._values.setdefault((*place, f"{field}\0{label}"), set())
                if len(seen) < 2:
                    seen.add(row[field])

    def findings(self) -> Iterator[SourceFinding]:
        """Columns that are empty or the same on every line."""
        for (table, file, name), values in self._values.items():
            field, _, label = name.partition("\0")
            rows = self._rows[table, file]
            if values == {None}:
                text = f"{file}: the column '{label}' is empty on all {rows} lines; is it the right one?"
                yield SourceFinding("column_empty", table, field, text)
            elif len(values) == 1 and rows >= _FEW and field not in _MAY_BE_SAME:
                text = (
                    f"{file}: the column '{label}' is '{next(iter(values))}' on all {rows} lines; is it the right one?"
                )
                yield SourceFinding("column_constant", table, field, text)
