"""Which source a customer key belongs to."""

from __future__ import annotations

from app.installation.system import System
from engine.errors import InvalidInput


def source_of(system: System, customer: str, source: str | None) -> str:
    """The source named, or the only one that has the customer. Raises InvalidInput when there is none or a choice."""
    if source:
        return source
    sources = system.directory.sources_of(customer)
    if len(sources) != 1:
        raise InvalidInput(
            f"'{customer}' exists in {', '.join(sources)}; say --source." if sources
            else f"No source has a customer '{customer}'.", field="customer",
        )  # fmt: skip
    return sources[0]
