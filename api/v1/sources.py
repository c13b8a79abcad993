"""Sources: the finance systems that are mirrored, and how old their books are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint as FlaskBlueprint

from api.ports import Services
from api.v1.operation import blueprint, operation
from api.v1.schemas.sources import SourceList


def sources(services: Services) -> FlaskBlueprint:
    """GET /v1/sources."""
    group = blueprint("sources", "The mirrored finance systems.")

    @operation(group, "GET", "/sources", scope="customers:read", answer=SourceList)
    def list_sources() -> dict[str, Any]:
        """Every mirrored system, with the moment from which its books are."""
        return {
            "sources": [
                {
                    "key": state.key,
                    "title": state.title,
                    "ledger_currency": state.ledger_currency,
                    "jurisdiction": state.jurisdiction,
                    **state.age,
                }
                for state in services.evaluation.facts.sources()
            ]
        }

    return group
