"""Issued documents: issuing them once, finding them, and their bytes as they left."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, Final

from flask import Blueprint as FlaskBlueprint
from flask import Response, request, url_for

from api.access.authorization import principal
from api.ports import Services
from api.problems import FieldError, Problem, invalid
from api.v1.customers import make_cursor, read_cursor
from api.v1.drafting import IDEMPOTENCY_KEY
from api.v1.operation import blueprint, operation
from api.v1.reading import JSON
from api.v1.schemas.documents import Document, DocumentHistory, DocumentPage, DocumentsQuery
from api.v1.schemas.documents import IssueOrder as IssueOrderSchema
from documents.register.model import DocumentSearch
from documents.register.order import IssueOrder
from engine.errors import InvalidInput

#: Part of a document -> its media type.
MEDIA: Final = {"pdf": "application/pdf", "xml": "application/xml", "json": JSON, "csv": "text/csv"}
_ETAG: Final = {"ETag": {"description": "SHA-256 of the content.", "schema": {"type": "string"}}}
_LOCATION: Final = {"Location": {"description": "The document.", "schema": {"type": "string"}}}
_NOT_MODIFIED: Final[dict[int, Any]] = {304: {"description": "The caller has it: If-None-Match names its entity tag."}}
_KEY_NEEDED: Final = IDEMPOTENCY_KEY | {"required": True}
#: Ids are bigint.
_ONE: Final = "/documents/<int(max=9223372036854775807):document>"


def documents(services: Services) -> FlaskBlueprint:
    """Routes under /v1/documents, and issuing under /v1/customers."""
    group = blueprint("documents", "Documents issued under a number, and how they stand in the books.")

    @operation(
        group,
        "POST",
        "/customers/<path:key>/documents",
        scope="documents:write",
        body=IssueOrderSchema,
        answer=Document,
        status=201,
        headers=_LOCATION,
        request_headers=[_KEY_NEEDED],
    )
    def issue_document(key: str, body: dict[str, Any]) -> Response:
        """Issue a document to a customer, once for an Idempotency-Key: it gets a number, PDF, facts, perhaps XML."""
        if "Idempotency-Key" not in request.headers:
            raise Problem(
                428,
                "precondition_required",
                "Send an Idempotency-Key: a document is issued once.",
                errors=[FieldError("Idempotency-Key", "Missing.")],
            )
        issued = _issue(services, IssueOrder(customer=key, **body), request.headers["Idempotency-Key"])
        # Sorted: an answer that was kept must have the bytes it had at first.
        response = Response(json.dumps(issued, ensure_ascii=False, sort_keys=True), status=201, mimetype=JSON)
        response.headers["Location"] = url_for("documents.read_document", document=issued["id"])
        return response

    @operation(group, "GET", "/documents", scope="documents:read", query=DocumentsQuery, answer=DocumentPage)
    def list_documents(query: dict[str, Any]) -> dict[str, Any]:
        """Find documents and how they stand in the books; `next` is the cursor of the page behind."""
        limit = query.pop("limit", 50)
        after = query.pop("after", None)
        search = replace(DocumentSearch(descending=query.pop("direction", "desc") == "desc"), **query)
        found = services.documents.register.page(
            search, today=_today(services), limit=limit + 1, after=_place(after, search)
        )
        page = found[:limit]
        cursor = make_cursor(f"{_order(search)}={page[-1].place[0]}", page[-1].place[1]) if len(found) > limit else None
        return {"documents": [one.as_json() for one in page], "next": cursor}

    @operation(
        group, "GET", _ONE, scope="documents:read", answer=DocumentHistory, headers=_ETAG, responses=_NOT_MODIFIED
    )
    def read_document(document: int) -> Response:
        """One document, how it stands, and how it came to that."""
        found = services.documents.register.get(document, today=_today(services)).as_json()
        found["history"] = [step.as_json() for step in services.documents.register.history(document)]
        return _tagged(json.dumps(found, ensure_ascii=False).encode(), JSON)

    for part, media in MEDIA.items():
        _content(group, services, part, media)
    return group


def _content(group: FlaskBlueprint, services: Services, part: str, media: str) -> None:
    def read(document: int) -> Response:
        status = services.documents.register.get(document, today=_today(services)).as_json()
        response = _tagged(services.documents.contents.content(document, part), media)
        name = re.sub(r"[^A-Za-z0-9_]+", "-", f"{status['kind']}-{status['number']}", flags=re.ASCII).strip("-")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{part}"'
        return response

    read.__name__ = f"document_{part}"
    read.__doc__ = f"The {part.upper()} of a document as it left, byte for byte."
    operation(
        group,
        "GET",
        f"{_ONE}.{part}",
        scope="documents:read",
        answer={} if part == "json" else {"type": "string"},
        answer_type=media,
        headers=_ETAG,
        responses=_NOT_MODIFIED,
    )(read)


def _issue(services: Services, order: IssueOrder, key: str) -> Mapping[str, Any]:
    now = services.clock.now()
    try:
        return services.documents.issue(order, actor=principal().owner, at=now, today=now.date(), key=key)
    except InvalidInput as error:
        message = str(error).removeprefix(f"{error.field}: ")
        raise invalid([FieldError(_field(error.field, order.model), message)]) from error


def _field(field: str | None, model: Mapping[str, Any]) -> str:
    """Where in the request a field is that issuing names: all but the series and the key are of the model."""
    if field in {"series", "Idempotency-Key"} and field not in model:
        return field
    return f"model.{field}" if field else "model"


def _today(services: Services) -> date:
    return services.clock.now().date()


def _order(search: DocumentSearch) -> str:
    return f"{search.sort}.{'desc' if search.descending else 'asc'}"


def _place(cursor: str | None, search: DocumentSearch) -> tuple[str, int] | None:
    """The place a cursor of this order names. Raises 422 for a cursor of another order, or one we did not make."""
    place = read_cursor(cursor)
    if place is None:
        return None
    order, _, value = place[0].partition("=")
    if order != _order(search) or type(place[1]) is not int or abs(place[1]) >= 2**63 or not _sortable(value, search):
        raise invalid([FieldError("after", "Use the cursor of an answer as it is, with the same order.")])
    return value, place[1]


def _sortable(value: str, search: DocumentSearch) -> bool:
    if value in {"infinity", "-infinity"}:
        return True
    try:
        if search.sort in {"issue_date", "due_date"}:
            date.fromisoformat(value)
        else:
            return bool(Decimal(value).is_finite() and len(value) <= 60)
    except (ValueError, InvalidOperation):
        return False
    return True


def _tagged(content: bytes, media: str) -> Response:
    response = Response(content, mimetype=media)
    response.set_etag(sha256(content).hexdigest())
    response.make_conditional(request)
    return response
