"""One customer under several keys: keys that differ by zeros, by `.0`, by case, by punctuation or by blanks alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from adapters.finance.contract import Origin, Value
from engine.execution.reports import SourceFinding

_SHOWN: Final = 3
#: What makes keys the same, from the least to the most, and the cleaning that does it.
_STEPS: Final = (
    (re.compile(r"(?<=[0-9])[.,]0+$"), "the .0 of a number", "clean: [whole_number]"),
    (re.compile(r"^0+(?=[^\W_])"), "leading zeros", "clean: [no_leading_zeros]"),
    (re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+"), "blanks", "clean: [blanks]"),
    (re.compile(r"[\W_]+"), "punctuation", "the export has to write one key"),
)


class AlikeCustomers:
    """Groups the keys of customers by what is left of them."""

    def __init__(self) -> None:
        self._keys: dict[str, set[str]] = {}

    def see(self, origin: Origin, row: Mapping[str, Value]) -> None:
        """Note a customer's key."""
        if origin.table == "customer" and isinstance(key := row["key"], str):
            self._keys.setdefault(bare(key), set()).add(key)

    def findings(self) -> Iterator[SourceFinding]:
        """One finding for each way in which keys differ."""
        ways: dict[tuple[str, str], list[list[str]]] = {}
        for keys in self._keys.values():
            if len(keys) > 1:
                ways.setdefault(_way(keys), []).append(sorted(keys))
        for (way, advice), groups in ways.items():
            shown = "; ".join(" = ".join(f"'{key}'" for key in group) for group in sorted(groups)[:_SHOWN])
            text = f"{len(groups)} customer(s) have several keys that differ by {way} alone: {shown}. {advice}"
            yield SourceFinding("customers_alike", "customer", "key", text)


def bare(key: str) -> str:
    """What is left of a key without zeros, case, punctuation and blanks."""
    for pattern, _, _ in _STEPS:
        key = pattern.sub("", key)
    return key.casefold()


def _way(keys: set[str]) -> tuple[str, str]:
    for pattern, way, advice in _STEPS:
        if len({pattern.sub("", key) for key in keys}) == 1:
            return way, advice
    if len({key.casefold() for key in keys}) == 1:
        return "case", "clean: [upper]"
    return (
        "several of zeros, .0, blanks, punctuation and case",
        "clean: [whole_number, no_leading_zeros, blanks, upper]",
    )
