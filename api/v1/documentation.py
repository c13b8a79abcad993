"""The OpenAPI document and the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader

from api.access.authorization import SCOPES
from api.v1.operation import SCHEME

_TEMPLATES: Final = Path(__file__).parent / "templates"
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_ABOUT: Final = (
    "Rule-engine based dunning and compliance. Amounts are decimal strings in major units, dates are ISO 8601 days. "
    "Refusals are problem documents (RFC 9457)."
)


def openapi_document(api: Any) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a flask-smorest Api, with what its schemas say beyond single fields."""
    document: dict[str, Any] = deepcopy(api.spec.to_dict())
    document["info"]["description"] = _ABOUT
    components = document["components"]
    for (schema, *_), name in api.ma_plugin.converter.refs.items():
        components["schemas"][name].update(getattr(schema, "json_schema", {}))
        components["schemas"][name].setdefault("description", " ".join((schema.__doc__ or "").split()))
    components["schemas"].pop("PaginationMetadata")  # flask-smorest's own, which we do not use
    components["securitySchemes"] = {
        SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "mon_<id>_<43 characters>_<checksum>",
            "description": "An API key. Scopes: " + " ".join(f"`{name}` {text}" for name, text in SCOPES.items()),
        }
    }
    return document


def page(document: Mapping[str, Any]) -> str:
    """A self-contained HTML page: no script, no style and no font from elsewhere."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    operations = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS
    ]
    groups = {
        tag["name"]: (tag, [operation for operation in operations if tag["name"] in operation["tags"]])
        for tag in document["tags"]
    }
    environment.filters["type_of"] = type_of
    environment.filters["anchor"] = lambda text: re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
    return environment.get_template("docs.html").render(document=document, groups=groups, about=_ABOUT)


def type_of(schema: Mapping[str, Any] | bool) -> str:  # noqa: FBT001  JSON Schema has true and false
    """A JSON Schema in a few words."""
    if isinstance(schema, bool):
        return "anything" if schema else "nothing"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    for joint in ("oneOf", "anyOf"):
        if joint in schema:
            return " or ".join(type_of(part) for part in schema[joint])
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"list of {type_of(schema.get('items', True))}"
    words = kind if isinstance(kind, str) else " or ".join(kind)
    return f"{words} ({schema['format']})" if "format" in schema else words
