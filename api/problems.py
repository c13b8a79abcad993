"""Every refusal of the API is one kind of document (RFC 9457), made here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, Response, g, json
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine.errors import (
    AmbiguousCustomer,
    ChoiceNeeded,
    Conflict,
    FactInvalid,
    FourEyes,
    InvalidInput,
    IssueRefused,
    MonitumError,
    NotFound,
    ParameterMissing,
    ParameterNotVerified,
    RateMissing,
    RulesetInvalid,
    StaleEdition,
)

MEDIA_TYPE: Final = "application/problem+json"

_log = logging.getLogger(__name__)

#: The nearest class decides; what is not listed is our fault.
_STATUS: Final[Mapping[type[MonitumError], int]] = {
    InvalidInput: 422,
    FactInvalid: 422,
    RulesetInvalid: 422,
    NotFound: 404,
    FourEyes: 403,
    StaleEdition: 412,
    Conflict: 409,
    RateMissing: 409,
    ParameterMissing: 409,
    ParameterNotVerified: 409,
    ChoiceNeeded: 409,
}


#: Title and code of what HTTP itself refuses; fixed here, for the phrases of the standard library change.
_HTTP: Final[Mapping[int, tuple[str, str]]] = {
    400: ("Bad Request", "bad_request"),
    401: ("Unauthorized", "unauthorized"),
    403: ("Forbidden", "forbidden"),
    404: ("Not Found", "not_found"),
    405: ("Method Not Allowed", "method_not_allowed"),
    409: ("Conflict", "conflict"),
    412: ("Precondition Failed", "precondition_failed"),
    413: ("Content Too Large", "too_large"),
    415: ("Unsupported Media Type", "unsupported_media_type"),
    422: ("Unprocessable Content", "invalid_input"),
    428: ("Precondition Required", "precondition_required"),
    503: ("Service Unavailable", "unavailable"),
}
_OTHER: Final = {4: ("Bad Request", "bad_request"), 5: ("Internal Server Error", "internal_error")}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with the input: `field` is a path such as `items.0.facts.due_date`."""

    field: str
    message: str


class Problem(Exception):
    """A refusal on its way out. `code` is stable and machine-readable, `detail` is for people; `rule` is the rule of
    law or of the house that forbids it, where one does."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        rule: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.rule = rule


def invalid(errors: Iterable[FieldError]) -> Problem:
    """422: the request was read, but some fields are not acceptable."""
    found = tuple(errors)
    detail = " ".join(f"{error.field}: {error.message}" for error in found[:3])
    return Problem(422, "invalid_input", detail or "The input is not acceptable.", errors=found)


def register(app: Flask) -> None:
    """Answer every exception of the application with a problem document."""
    app.register_error_handler(Problem, _document)
    app.register_error_handler(MonitumError, _from_house)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_fault)


def _document(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:monitum:problem:{problem.code}",
        "title": _named(problem.status)[0],
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "errors": [{"field": error.field, "message": error.message} for error in problem.errors],
        "correlation_id": g.get("correlation_id", ""),
    }
    if problem.rule is not None:
        body["rule"] = problem.rule
    response = Response(json.dumps(body), status=problem.status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    return response


def _named(status: int) -> tuple[str, str]:
    return _HTTP.get(status) or _OTHER[status // 100]


def _from_house(error: MonitumError) -> Response:
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    if status == 500:
        return _from_fault(error)
    rule = error.rule if isinstance(error, IssueRefused) else None
    return _document(Problem(status, error.code, str(error), errors=_fields(error), rule=rule))


def _fields(error: MonitumError) -> tuple[FieldError, ...]:
    if isinstance(error, InvalidInput) and error.field:
        return (FieldError(error.field, str(error)),)
    if isinstance(error, AmbiguousCustomer):
        return tuple(FieldError("source", source) for source in error.sources)
    if isinstance(error, FactInvalid):
        return (FieldError(error.fact, error.reason),)
    if isinstance(error, RulesetInvalid):
        return tuple(FieldError(problem.path or "document", str(problem)) for problem in error.problems)
    return ()


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # a redirect is an answer
        return Response(error.get_body(), status=status, headers=error.get_headers())
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return _document(Problem(status, _named(status)[1], error.description or "", headers=headers))


def _from_fault(error: Exception) -> Response:
    _log.error("request %s failed", g.get("correlation_id", ""), exc_info=error)
    code = error.code if isinstance(error, MonitumError) else "internal_error"
    return _document(Problem(500, code, "Monitum could not answer; the fault is recorded under the correlation id."))
