"""Customers: finding them, where they stand, what their money does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint as FlaskBlueprint
from flask import Response, jsonify

from api.ports import Services
from api.problems import FieldError, invalid
from api.v1.operation import blueprint, operation
from api.v1.schemas.customers import CustomerPage, CustomerSearch, Finances, FinancesQuery, State, StateQuery
from engine.decisions.explanation import evaluation_json
from engine.errors import NoRuleset

_YEAR = timedelta(days=365)


def customers(services: Services) -> FlaskBlueprint:
    """Routes under /v1/customers."""
    group = blueprint("customers", "Customers of the mirrored finance systems.")

    @operation(group, "GET", "/customers", scope="customers:read", query=CustomerSearch, answer=CustomerPage)
    def search_customers(query: dict[str, Any]) -> dict[str, Any]:
        """Find customers by key, tax id or part of the name; `next` is the cursor of the page behind."""
        limit = query.get("limit", 50)
        found = services.evaluation.customers.search(
            text=query.get("q"), source=query.get("source"), after=read_cursor(query.get("after")), limit=limit + 1
        )
        page = [dict(row) for row in found[:limit]]
        more = len(found) > limit
        return {"customers": page, "next": make_cursor(page[-1]["source"], page[-1]["key"]) if more else None}

    @operation(group, "GET", "/customers/<path:key>/state", scope="customers:read", query=StateQuery, answer=State)
    def customer_state(key: str, query: dict[str, Any]) -> Response:
        """Where a customer stands: stage, holds, services, and what happens next, why, or why not."""
        source = services.evaluation.source_of(key, query.get("source"))
        as_of = query.get("as_of") or services.clock.now().date()
        state = dict(services.evaluation.facts.state(source, key, as_of))
        try:
            made = services.evaluation.customer(source, key, as_of, explain=True)
            state |= {"evaluation": evaluation_json(made), "why_not_evaluated": None}
        except NoRuleset as reason:
            state |= {"evaluation": None, "why_not_evaluated": str(reason)}
        return jsonify(state)

    @operation(
        group, "GET", "/customers/<path:key>/finances", scope="customers:read", query=FinancesQuery, answer=Finances
    )
    def customer_finances(key: str, query: dict[str, Any]) -> Mapping[str, Any]:
        """Turnover and profit of a period, debt by age and currency, credit limit, open items and payments."""
        source = services.evaluation.source_of(key, query.get("source"))
        as_of = query.get("as_of") or services.clock.now().date()
        last = query.get("to") or as_of
        first = query.get("from") or last - _YEAR
        if first > last:
            raise invalid([FieldError("from", "Lies after 'to'.")])
        return services.evaluation.facts.finances(source, key, first, last, query.get("currency"), as_of)

    return group


def make_cursor(*place: str | int) -> str:
    """An opaque cursor for the page behind a place."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> Any:
    """The place a cursor names. Raises 422 for a cursor we did not make."""
    if cursor is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise invalid([FieldError("after", "Use the cursor of an answer as it is.")]) from error
    if not isinstance(place, list) or len(place) != 2 or not isinstance(place[0], str) or "\0" in place[0]:
        raise invalid([FieldError("after", "Use the cursor of an answer as it is.")])
    return tuple(place)
