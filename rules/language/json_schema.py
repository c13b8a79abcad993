"""The JSON Schemas of a ruleset and of a guards document, generated from the fact catalogue and the action kinds.

They serve editors (completion, checking while one types) and clients of the API. The loader remains the judge: it also
knows what a schema cannot say (ledger currency, stages of the ladder, unique ids).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from engine.actions import KINDS, ActionParameter
from engine.facts.catalogue import CATALOGUE, INTEGER_LIMIT, Fact, Scope, facts_of
from engine.ruleset.condition import Operator
from rules.language.cases import STOPPED
from rules.language.conditions import CHOOSING, facts_for, operators_of
from rules.language.document import DAYS_LIMIT, NAME, UNTILS

Schema = dict[str, Any]

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_NAMED: Final[Schema] = {"type": "string", "pattern": f"^{NAME}$"}
_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_CURRENCY: Final[Schema] = {"type": "string", "pattern": "^[A-Z]{3}$"}
_MONEY: Final[Schema] = {
    "anyOf": [
        {"const": 0},
        {"type": "string", "pattern": r"^-?([0-9]+|[0-9]{1,3}( [0-9]{3})+)(\.[0-9]{1,3})? [A-Z]{3}$"},
    ]
}
_INTEGER: Final[Schema] = {"type": "integer", "minimum": -INTEGER_LIMIT, "maximum": INTEGER_LIMIT}
_PLAIN: Final[dict[str, Schema]] = {
    "flag": {"type": "boolean"},
    "text": _TEXT,
    "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
}
_DAYS: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": DAYS_LIMIT}
_SUBJECTS: Final[tuple[Scope, ...]] = ("item", "customer")
FOLDER: Final = Path(__file__).parents[1] / "schema"


def _object(required: Collection[str], **properties: Schema) -> Schema:
    """A mapping with these keys and no others; a trailing underscore keeps a keyword free."""
    named = {name.rstrip("_"): schema for name, schema in properties.items()}
    return {"type": "object", "properties": named, "required": list(required), "additionalProperties": False}


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def _value(fact: Fact, amount: Schema) -> Schema:
    """A value of a fact. amount: how money is written."""
    if fact.type == "money":
        return amount
    if fact.type == "choice":
        return {"enum": list(fact.choices)}
    return _PLAIN.get(fact.type, _INTEGER)


def _operand(fact: Fact, operator: Operator, amount: Schema) -> Schema:
    if operator in {"present", "absent"}:
        return {"const": True}
    if operator == "between":
        return _list(_value(fact, amount), minItems=2, maxItems=2)
    if operator in {"one_of", "none_of"}:
        return _list(_value(fact, amount), minItems=1, uniqueItems=True)
    return _value(fact, amount)


def _fact(fact: Fact, amount: Schema) -> Schema:
    operators = {operator: _operand(fact, operator, amount) for operator in operators_of(fact)}
    tested = {"type": "object", "properties": operators, "minProperties": 1, "additionalProperties": False}
    label = f"{fact.label['pl']} / {fact.label['en']}"
    return {
        "title": label,
        "description": f"{fact.help['pl']} / {fact.help['en']}",
        "anyOf": [_value(fact, amount), tested],
    }


def _conditions(name: str, facts: Collection[str]) -> dict[str, Schema]:
    """Definitions of a list of conditions over some facts, and of one entry of it."""
    entries = {"$ref": f"#/$defs/{name}_conditions"}
    nested = {"any": _list({"$ref": f"#/$defs/{name}_condition"}, minItems=1), "not": entries}
    known = {fact: {"$ref": f"#/$defs/fact_{fact}"} for fact in facts}
    entry = {
        "type": "object",
        "properties": nested | known,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    return {
        f"{name}_conditions": _list({"$ref": f"#/$defs/{name}_condition"}),
        f"{name}_condition": {"anyOf": [entry, entries]},
    }


def _parameter(parameter: ActionParameter) -> Schema:
    if parameter.type == "days":
        return _DAYS
    if parameter.type in {"stage", "name"}:
        return _NAMED
    words = _list({"enum": list(parameter.choices)} if parameter.choices else _TEXT, minItems=1, uniqueItems=True)
    return {"anyOf": [words, {"const": parameter.default}]} if isinstance(parameter.default, str) else words


def _actions(subject: Scope) -> Schema:
    kinds: dict[str, Schema] = {}
    for kind in (kind for kind in KINDS.values() if subject in kind.subjects):
        required = [name for name, parameter in kind.parameters.items() if parameter.required]
        settings = _object(required, **{name: _parameter(each) for name, each in kind.parameters.items()})
        kinds[kind.name] = settings if required else {"anyOf": [settings, {"type": "null"}]}
        kinds[kind.name]["title"] = f"{kind.label['pl']} / {kind.label['en']}"
    one = {"type": "object", "properties": kinds, "minProperties": 1, "maxProperties": 1, "additionalProperties": False}
    return _list(one, minItems=1)


def _given(subject: Scope) -> Schema:
    facts = {}
    for fact in facts_of(subject):
        value = _value(fact, _MONEY)
        facts[fact.name] = {"anyOf": [value, {"type": "null"}]} if fact.optional else value
    return {"type": "object", "properties": facts, "additionalProperties": False}


def _rule(subject: Scope) -> Schema:
    return _object(
        ("id", "for", "when", "then"),
        id=_NAMED,
        for_={"const": subject},
        when={"$ref": f"#/$defs/{subject}_conditions"},
        then=_actions(subject),
        because={"type": "string"},
    )


def _case(subject: Scope) -> Schema:
    """A case; `for` may be left out for items."""
    kinds = [name for name, kind in KINDS.items() if subject in kind.subjects]
    told = {
        "type": "object",
        "properties": dict.fromkeys((*kinds, *STOPPED), _TEXT),
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    required = ["name", "expect"] if subject == "item" else ["name", "for", "expect"]
    sent = {"sent": {"type": "object", "additionalProperties": {**_DAYS, "minimum": 0}}} if subject == "item" else {}
    return _object(
        required,
        name=_TEXT,
        for_={"const": subject},
        given=_given(subject),
        expect=_list({"anyOf": [{"enum": kinds}, told]}),
        **sent,
    )


def _ladder() -> Schema:
    waiting = {
        "type": "object",
        "propertyNames": _NAMED,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": _object((), wait=_DAYS),
    }
    return _object(
        ("stages",),
        stages=_list({"anyOf": [_NAMED, waiting]}),
        mode={"enum": ["stepwise", "most_severe"]},
        catch_up={"enum": ["skip", "latest", "all"]},
        notice=_NAMED,
        renamed={
            "type": "object",
            "propertyNames": _NAMED,
            "additionalProperties": {"anyOf": [_NAMED, {"type": "null"}]},
        },
    )


def _definitions(amount: Schema) -> dict[str, Schema]:
    """Every fact, and the conditions over those of each subject."""
    definitions = {f"fact_{fact.name}": _fact(fact, amount) for fact in CATALOGUE}
    for subject in _SUBJECTS:
        definitions |= _conditions(subject, facts_for((subject,)))
    return definitions


def ruleset_schema() -> Schema:
    """The JSON Schema (2020-12) of a ruleset document."""
    document = _object(
        ("ruleset", "title", "ledger_currency", "jurisdiction", "rules"),
        ruleset=_NAMED,
        title=_object(("pl", "en"), pl=_TEXT, en=_TEXT),
        ledger_currency=_CURRENCY,
        jurisdiction=_NAMED,
        priority={"type": "integer", "minimum": 0, "maximum": 1_000_000},
        applies_to={"$ref": "#/$defs/choosing_conditions"},
        ladder=_ladder(),
        rules=_list({"oneOf": [_rule("item"), _rule("customer")]}),
        cases=_list({"oneOf": [_case("item"), _case("customer")]}),
    )
    definitions = _definitions(_MONEY) | _conditions("choosing", CHOOSING)
    return {"$schema": _DRAFT, "title": "Monitum ruleset", **document, "$defs": definitions}


def _guard(subjects: tuple[Scope, ...], name: str) -> list[Schema]:
    """A guard for these subjects: one that forbids, and one that defers."""
    kinds = {"anyOf": [{"const": "all"}, _list({"enum": list(KINDS)}, minItems=1, uniqueItems=True)]}
    named = _list({"enum": list(subjects)}, minItems=1, uniqueItems=True)
    if "customer" in subjects:
        named["contains"] = {"const": "customer"}
    common = {"id": _NAMED, "for_": named, "when": {"$ref": f"#/$defs/{name}_conditions"}, "because": _TEXT}
    required = ["id", "for", "when", "because"]
    return [
        _object([*required, "forbid"], **common, forbid=kinds),
        _object([*required, "defer", "until"], **common, defer=kinds, until={"enum": list(UNTILS)}),
    ]


def _guard_case(subject: Scope) -> Schema:
    kinds = [name for name, kind in KINDS.items() if subject in kind.subjects]
    told = {
        "type": "object",
        "properties": dict.fromkeys(STOPPED, _NAMED),
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    return _object(
        ["name", "action", "expect"] if subject == "item" else ["name", "for", "action", "expect"],
        name=_TEXT,
        for_={"const": subject},
        action={"enum": kinds},
        given=_given(subject),
        expect={"anyOf": [{"const": "allowed"}, told]},
    )


def guards_schema() -> Schema:
    """The JSON Schema (2020-12) of a guards document."""
    document = _object(
        ("jurisdiction", "guards"),
        jurisdiction=_NAMED,
        guards=_list({"oneOf": [*_guard(("item",), "item"), *_guard(("item", "customer"), "customer")]}),
        cases_currency=_CURRENCY,
        cases=_list({"oneOf": [_guard_case("item"), _guard_case("customer")]}),
    )
    return {"$schema": _DRAFT, "title": "Monitum guards", **document, "$defs": _definitions({"const": 0})}


def schema_files() -> dict[Path, str]:
    """The files under rules/schema/ and what must stand in them."""
    schemas = {"ruleset.schema.json": ruleset_schema(), "guards.schema.json": guards_schema()}
    return {FOLDER / name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in schemas.items()}
