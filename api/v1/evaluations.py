"""What should happen to a customer: the same evaluation as in a run, for one customer, without any effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow as ma
from flask import Blueprint as FlaskBlueprint
from flask import Response, jsonify

from api.ports import Services
from api.problems import FieldError, invalid
from api.v1.operation import blueprint, operation
from api.v1.schemas.decisions import EvaluationAnswer
from api.v1.schemas.evaluation import EvaluationRequest
from api.v1.schemas.fields import WrittenAmount
from api.v1.supplied import choosing_facts, supplied_case
from engine.decisions.explanation import evaluation_json
from engine.ports import Change


def evaluations(services: Services) -> FlaskBlueprint:
    """Routes under /v1/evaluations."""
    group = blueprint("evaluations", "What the rules decide for a customer on a day, and why.")

    @operation(group, "POST", "/evaluations", scope="evaluate", body=EvaluationRequest, answer=EvaluationAnswer)
    def evaluate(body: dict[str, Any]) -> Response:
        """Evaluate the rules for a stored customer, with hypothetical changes, or for supplied facts."""
        as_of = body.get("as_of") or services.clock.now().date()
        explain = body.get("explain", False)
        if "facts" in body:
            return jsonify(_supplied(services, body, as_of, explain=explain))
        changes = _changes(body.get("changes", ()))
        made = services.evaluation.customer(
            body["source"], body["customer"], as_of, explain=explain, changes=changes, asked=body.get("ruleset")
        )
        return jsonify(evaluation_json(made))

    return group


def _supplied(services: Services, body: Mapping[str, Any], as_of: date, *, explain: bool) -> dict[str, Any]:
    evaluation = services.evaluation
    ruleset = evaluation.ruleset_for(choosing_facts(body["facts"]), as_of, asked=body.get("ruleset"))
    supplied = supplied_case(body["facts"], body.get("items", ()), ruleset, as_of, evaluation.working_day)
    made = evaluation.case(ruleset, supplied.case, explain=explain)
    return evaluation_json(made) | {"assumed": supplied.assumed}


def _changes(written: Iterable[Mapping[str, Any]]) -> list[Change]:
    return [_change(index, change) for index, change in enumerate(written)]


def _change(index: int, change: Mapping[str, Any]) -> Change:
    if change["kind"] == "hold":
        return Change("hold", item=change.get("item"), reason=change["reason"])
    currency = change["currency"]
    try:
        minor = WrittenAmount(Decimal(change["amount"])).minor(currency)
    except ma.ValidationError as error:
        raise invalid([FieldError(f"changes.{index}.amount", str(error.messages[0]))]) from error
    return Change("payment", amount_minor=minor, currency=currency, item=change.get("item"))
