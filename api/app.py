"""The application: routes, access, refusals, figures and the OpenAPI document, put together."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

from flask import Flask, Response, g, request
from flask_smorest import Api
from werkzeug.routing import BaseConverter

from api import problems
from api.access.authorization import guard
from api.ports import Services
from api.v1.archive import archive
from api.v1.customers import customers
from api.v1.documentation import openapi_document
from api.v1.documents import documents
from api.v1.evaluations import evaluations
from api.v1.operations import documentation, figures, operations
from api.v1.reading import refuse_unstorable
from api.v1.ruleset_changes import ruleset_changes
from api.v1.rulesets import rulesets
from api.v1.schemas.problem import ProblemDocument
from api.v1.sources import sources
from rules.language.document import NAME
from rules.versions.library import MAX_ID_LENGTH

VERSION: Final = "1"
#: The largest request, 1 MiB; a larger one is answered 413.
LARGEST_REQUEST: Final = 1024 * 1024
_CORRELATION: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


class RulesetId(BaseConverter):
    """Ids of rulesets in paths."""

    regex = f"(?=.{{1,{MAX_ID_LENGTH}}}(?:/|$)){NAME}"


def create_app(services: Services) -> Flask:
    """The WSGI application on the given services. Raises RuntimeError when a route declares no scope."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        API_TITLE="Monitum",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.converters["ruleset"] = RulesetId
    app.before_request(_identify)
    app.after_request(_headers)
    figures(app, services)
    api = _api(app)
    for group in (evaluations, customers, sources, documents, rulesets, ruleset_changes, archive, operations):
        api.register_blueprint(group(services))
    documentation(app, openapi_document(api))
    guard(app, services.access.keys, services.clock)
    app.before_request(_refuse_unstorable_url)
    problems.register(app)
    return app


def _api(app: Flask) -> Any:
    api = Api()
    api.ERROR_SCHEMA = ProblemDocument
    api.DEFAULT_RESPONSE_CONTENT_TYPE = problems.MEDIA_TYPE  # every operation names the type of its answer itself
    api.init_app(app)
    api.register_converter(RulesetId, lambda _: {"type": "string", "pattern": f"^{NAME}$", "maxLength": MAX_ID_LENGTH})
    return api


def _identify() -> None:
    """Take the caller's X-Request-ID as correlation id when it is one, else make one."""
    given = request.headers.get("X-Request-ID", "")
    g.correlation_id = given if _CORRELATION.fullmatch(given) else uuid.uuid4().hex


def _refuse_unstorable_url() -> None:
    for name, value in (*(request.view_args or {}).items(), *request.args.items(multi=True)):
        refuse_unstorable(name, "query")
        refuse_unstorable(value, name)


def _headers(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("correlation_id", "")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
