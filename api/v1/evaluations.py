"""What should happen to a customer: the same evaluation as in a run, for one customer, without any effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow as ma
from flask import Blueprint as FlaskBlueprint
from flask import Response, jsonify

from api.ports import Services
from api.problems import FieldError, Problem, invalid
from api.v1.operation import blueprint, operation
from api.v1.schemas.decisions import EvaluationAnswer
from api.v1.schemas.evaluation import EvaluationRequest
from api.v1.schemas.fields import WrittenAmount
from api.v1.supplied import choosing_facts, supplied_case
from engine.decisions.evaluation import choose
from engine.decisions.explanation import evaluation_json
from engine.facts.case import CustomerCase
from engine.facts.store import Change
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset


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
        source, customer, pinned = body["source"], body["customer"], body.get("ruleset")
        return jsonify(decide(services, source, customer, as_of, explain=explain, changes=changes, pinned=pinned))

    return group


def decide(
    services: Services,
    source: str,
    customer: str,
    as_of: date,
    *,
    explain: bool,
    changes: Sequence[Change] = (),
    pinned: str | None = None,
) -> dict[str, Any]:
    """The evaluation of a stored customer as JSON data; `pinned` replaces the ruleset that applies.

    Raises NotFound; Problem 409 when no ruleset is for the customer on that day.
    """
    facts = dict(services.facts.customer_facts(source, customer, as_of))
    own = facts.pop("ruleset", None)
    ruleset = _choose(services, _plain(facts), as_of, asked=pinned, own=own if isinstance(own, str) else None)
    case = services.facts.case(source, customer, as_of, ruleset, changes=changes)
    return _answer(services, ruleset, case, explain=explain)


def _supplied(services: Services, body: Mapping[str, Any], as_of: date, *, explain: bool) -> dict[str, Any]:
    ruleset = _choose(services, choosing_facts(body["facts"]), as_of, asked=body.get("ruleset"))
    supplied = supplied_case(body["facts"], body.get("items", ()), ruleset, as_of, services.working_day)
    return _answer(services, ruleset, supplied.case, explain=explain) | {"assumed": supplied.assumed}


def _choose(
    services: Services,
    facts: Mapping[str, FactValue],
    as_of: date,
    *,
    asked: str | None = None,
    own: str | None = None,
) -> Ruleset:
    """The ruleset asked for, else the one pinned to the customer, else the one that applies."""
    if asked is not None:
        return services.library.effective_version(asked, as_of)
    ruleset = choose(services.library.effective(as_of), facts, own)
    if ruleset is None:
        raise Problem(409, "no_ruleset", f"No ruleset that is effective on {as_of} is for this customer.")
    return ruleset


def _answer(services: Services, ruleset: Ruleset, case: CustomerCase, *, explain: bool) -> dict[str, Any]:
    country = case.customer.facts.get("country")

    def working_day(day: date) -> bool:
        return services.working_day(day, country if isinstance(country, str) else "PL")

    evaluation = services.library.evaluator(ruleset).evaluate(case, explain=explain, working_day=working_day)
    return evaluation_json(evaluation)


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


def _plain(facts: Mapping[str, object]) -> dict[str, FactValue]:
    return {name: value for name, value in facts.items() if value is None or isinstance(value, int | str)}
