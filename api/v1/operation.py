"""How a route is declared: its scope, what it takes and what it answers, in one place, for Flask and for OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Final, TypeVar

import marshmallow as ma
from flask import Blueprint as FlaskBlueprint
from flask_smorest import Blueprint

from api.access.authorization import PUBLIC, declare
from api.v1.reading import JSON, StrictParser

_View = TypeVar("_View", bound=Callable[..., Any])

#: Name of the security scheme in the OpenAPI document.
SCHEME: Final = "apiKey"


class NoQuery(ma.Schema):
    """Takes no query parameters."""


def blueprint(name: str, description: str) -> FlaskBlueprint:
    """A group of routes under /v1 that reads requests strictly."""
    group: FlaskBlueprint = Blueprint(name, __name__, url_prefix="/v1", description=description)
    group.__dict__["ARGUMENTS_PARSER"] = StrictParser()
    return group


def operation(
    group: Any,
    method: str,
    rule: str,
    *,
    scope: str,
    answer: type[ma.Schema] | ma.Schema | Mapping[str, Any] | None = None,
    status: int = 200,
    query: type[ma.Schema] = NoQuery,
    body: type[ma.Schema] | None = None,
    answer_type: str = JSON,
    headers: Mapping[str, Any] | None = None,
    request_headers: Sequence[Mapping[str, Any]] = (),
    **documentation: Any,
) -> Callable[[_View], _View]:
    """Register a view for one method of one rule.

    The view gets `query` and `body` (what their schemas loaded, if given) as keywords beside the path's arguments, and
    returns what `answer` dumps, or a response. `headers` are those of the answer, `request_headers` OpenAPI parameters;
    `documentation` goes to the OpenAPI operation as it is.
    """

    def register(view: _View) -> _View:
        called = _without_query(view) if query is NoQuery else view
        wrapped: Any = group.response(
            status, answer, content_type=answer_type, description="The answer.", headers=headers
        )(called)
        if body is not None:
            wrapped = group.arguments(body, location="json", arg_name="body")(wrapped)
        wrapped = group.arguments(query, location="query", arg_name="query")(wrapped)
        # The default response says what a refusal looks like; the phrases of single ones change with Python.
        arguments = wrapped.__dict__["_apidoc"]["arguments"]
        arguments.pop("responses", None)
        arguments["parameters"].extend(request_headers)
        security: Sequence[Mapping[str, Sequence[str]]] = [] if scope == PUBLIC else [{SCHEME: [scope]}]
        wrapped = group.doc(operationId=view.__name__, security=security, **documentation)(wrapped)
        wrapped = declare(scope)(wrapped)
        group.route(rule, methods=[method], endpoint=view.__name__)(wrapped)
        return view

    return register


def _without_query(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def call(*, query: Mapping[str, Any], **arguments: Any) -> Any:
        del query  # NoQuery has let nothing through
        return view(**arguments)

    return call
