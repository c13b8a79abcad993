"""What drafts are read from and how versions are shown: bodies, entity tags, idempotency keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from flask import Response, request

from api.access.authorization import principal
from api.ports import Services
from api.problems import FieldError, Problem, invalid
from api.v1.reading import JSON, YAML, json_value, require_media_type, text_value
from api.v1.schemas.rulesets import Version
from engine.errors import RulesetInvalid, StaleEdition
from engine.ports import Transaction
from engine.ruleset.versions import RulesetVersion
from rules.language.yaml_tree import SIZE_LIMIT, read_tree

#: OpenAPI's words for a ruleset document in a request.
BODY: Final[dict[str, Any]] = {
    "required": True,
    "description": "The ruleset document; what it means may still be wrong, /check tells.",
    "content": {
        YAML: {"schema": {"type": "object", "minProperties": 1}},
        JSON: {"schema": {"type": "object", "minProperties": 1}},
    },
}
ETAG: Final = {"ETag": {"description": "The edition of the record.", "schema": {"type": "string"}}}
#: What reading a version answers besides JSON.
AS_WRITTEN: Final[dict[int, Any]] = {
    200: {"content": {YAML: {"schema": {"type": "string"}}}},
    304: {"description": "The caller has it: If-None-Match names its entity tag."},
}
IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The entity tag that was read; 428 without it, 412 when the record changed since.",
}
IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "The same key with the same request gets the same answer and has one effect, for 24 hours.",
}


def document_text() -> str:
    """The ruleset document of the request as text: a mapping that can be read, whatever it means.

    Raises 400, 413, 415, 422; RulesetInvalid, naming the line, for what is no YAML.
    """
    kind = require_media_type(YAML, JSON)
    data = request.get_data()
    if len(data) > SIZE_LIMIT:
        raise Problem(413, "too_large", f"A ruleset document has at most {SIZE_LIMIT // 1024} KiB.")
    text = text_value(data) if kind == YAML else json.dumps(json_value(data), ensure_ascii=False, indent=2)
    document = read_tree(text).data
    if not isinstance(document, dict) or not document:
        raise invalid([FieldError("body", "A ruleset document is a mapping with keys.")])
    return text


def shown(version: RulesetVersion) -> dict[str, Any]:
    """A version as JSON data."""
    data = asdict(version)
    try:
        data["document"] = read_tree(version.body).data
    except RulesetInvalid:
        data["document"] = None
    dumped: dict[str, Any] = Version().dump(data)
    return dumped


def answer(data: Mapping[str, Any], status: int = 200) -> Response:
    """A version's JSON as a response with its entity tag; 304 when the caller has it."""
    # Sorted: an answer that was kept must have the bytes it had at first.
    body = json.dumps(data, ensure_ascii=False, sort_keys=True)
    response = Response(body, status=status, mimetype=JSON)
    response.set_etag(str(data["edition"]))
    if request.method in {"GET", "HEAD"}:
        response.make_conditional(request)
    return response


def yaml_answer(version: RulesetVersion) -> Response:
    """A version's text as it was written."""
    response = Response(version.body, mimetype=YAML)
    response.set_etag(f"{version.edition}.yaml")
    response.make_conditional(request)
    return response


def edition_read(current: RulesetVersion) -> int:
    """The edition that If-Match names. Raises 428 without the header, StaleEdition when it is another."""
    if not request.if_match:
        raise Problem(
            428,
            "precondition_required",
            "Send If-Match with the ETag of what you read.",
            errors=[FieldError("If-Match", "Missing.")],
        )
    tags = (str(current.edition), f"{current.edition}.yaml")
    if not any(request.if_match.contains(tag) for tag in tags):
        raise StaleEdition
    return current.edition


def once(
    services: Services, asked: object, effect: Callable[[Transaction | None], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The answer of `effect`, which happens once for the request's Idempotency-Key, if it carries one: then in the
    transaction that notes the key. `asked`: what must be the same when the key comes again."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return effect(None)
    return services.access.idempotency.once(principal().owner, key, asked, effect, now=services.clock.now())
