"""A source as it would be read: first rows, counts, what could not be read and what looks odd. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.finance.contract import FIELDS, REFERENCES, FinanceSource, Origin, Row
from adapters.finance.lint import Lint
from adapters.finance.lint.columns import SilentColumns
from adapters.finance.lint.customers import AlikeCustomers
from adapters.finance.lint.figures import OddFigures
from adapters.finance.lint.texts import ChangedTexts
from engine.execution.reports import ReadProblem, SourceCheck, SourceFinding, TablePreview

_LINTS: Final = (AlikeCustomers, SilentColumns, ChangedTexts, OddFigures)
_NAMES: Final = {table: tuple(spec.name for spec in specs) for table, specs in FIELDS.items()}


class _Keys:
    """Keys of every table, and what refers to them."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, tuple[str, int]]] = {table: {} for table in FIELDS}
        self._asked: list[tuple[str, str, str, str, int]] = []
        self.problems: list[ReadProblem] = []

    def see(self, origin: Origin, line: int, row: dict[str, object]) -> bool:
        """Note a row's key and what it refers to; whether the row would be taken."""
        key = str(row["key"])
        first = self._known[origin.table].setdefault(key, (origin.file, line))
        if first != (origin.file, line) and not origin.distinct:
            file, place = first
            reason = f"duplicate key, first in {file} line {place}"
            self.problems.append(ReadProblem(origin.file, line, origin.labels.get("key", "key"), key, reason))
        for field, parent in REFERENCES.get(origin.table, {}).items():
            if row[field] is not None:
                label = origin.labels.get(field, field)
                self._asked.append((parent, str(row[field]), label, origin.file, line))
        return first == (origin.file, line)

    def dangling(self) -> Iterator[ReadProblem]:
        """References to what no row of the reading has."""
        for parent, key, label, file, line in self._asked:
            if key not in self._known[parent]:
                yield ReadProblem(file, line, label, key, f"refers to unknown {parent.replace('_', ' ')} '{key}'")


def preview(source: FinanceSource, first: int = 5) -> SourceCheck:
    """Read a source whole and keep its `first` rows of each table.

    What a sync holds against facts and codes besides (ranges, currencies, countries) it still says itself. Raises
    AdapterError where the source cannot be read at all.
    """
    extract = source.extract()
    origins = {origin.number: origin for origin in extract.origins}
    lints: list[Lint] = [lint() for lint in _LINTS]
    counts, shown = dict.fromkeys(FIELDS, 0), {table: list[Row]() for table in FIELDS}
    problems: list[ReadProblem] = []
    keys = _Keys()
    for batch in extract.batches:
        problems += [ReadProblem(one.file, one.line, one.column, one.value, one.reason) for one in batch.problems]
        for number, line, *values in batch.rows:
            origin = origins[int(str(number))]
            row = dict(zip(_NAMES[batch.table], values, strict=True))
            if keys.see(origin, int(str(line)), dict(row)):
                counts[batch.table] += 1
                if len(shown[batch.table]) < first:
                    shown[batch.table].append(tuple(values))
            for lint in lints:
                lint.see(origin, row)
    problems += [*keys.problems, *keys.dangling()]
    problems.sort(key=lambda one: (one.file, one.line, one.column))
    findings: list[SourceFinding] = [found for lint in lints for found in lint.findings()]
    tables = {
        table: TablePreview(counts[table], _NAMES[table], tuple(shown[table]))
        for table in {origin.table: None for origin in extract.origins}
    }
    return SourceCheck(source.key, tables, tuple(problems), tuple(findings))
