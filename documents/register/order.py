"""What is asked for when a document is to be issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from documents.register.numbering import MAIN_SERIES


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOrder:
    """A document of a kind for a customer. `source`: where the key exists in several; `model`: what is not in the
    customer's record, by field; `language`: the customer's if None; `series`: of the number."""

    kind: str
    customer: str
    source: str | None = None
    model: Mapping[str, Any]
    language: str | None = None
    series: str = MAIN_SERIES

    def as_json(self) -> dict[str, Any]:
        """Plain data; the same order twice is equal."""
        return asdict(self)
