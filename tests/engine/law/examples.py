"""The worked examples, and how a topic is computed by the real parts: `TOPICS` fills when its modules are imported."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from engine.law.claims.interest import Interest
from engine.law.claims.rates import percent
from engine.law.policy import Policy
from engine.money import Money
from rules.parameters.loading import law

_FILE: Final = Path(__file__).parent / "worked_examples.csv"

Inputs = Mapping[str, Any]
Computed = dict[str, Any]
TOPICS: Final[dict[str, Callable[[Inputs], Computed]]] = {}
PL: Final = law("pl")
ONCE: Final = Policy(rounding="once")


@dataclass(frozen=True, slots=True)
class Example:
    """One row."""

    id: str
    topic: str
    inputs: Inputs
    expected: Mapping[str, Any]


def examples() -> list[Example]:
    """Every row of the file."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return [
            Example(row["id"], row["topic"], json.loads(row["inputs_json"]), json.loads(row["expected_json"]))
            for row in csv.DictReader(file)
        ]


def topic(*names: str) -> Callable[[Callable[[Inputs], Computed]], Callable[[Inputs], Computed]]:
    """Registers what computes the rows of topics."""

    def register(compute: Callable[[Inputs], Computed]) -> Callable[[Inputs], Computed]:
        TOPICS.update(dict.fromkeys(names, compute))
        return compute

    return register


def day(text: str) -> date:
    """A day of an example."""
    return date.fromisoformat(text)


def zloty(text: str) -> Money:
    """Zloty of an example."""
    return Money.of(text, "PLN")


def major(money: Money) -> str:
    """An amount as the examples write it."""
    return f"{money.amount:.2f}"


def rows(interest: Interest) -> list[list[object]]:
    """Segments as the examples write them."""
    return [
        [segment.first.isoformat(), segment.last.isoformat(), segment.days, percent(segment.rate)]
        for segment in interest.segments
    ]
