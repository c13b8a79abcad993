"""The JSON Schemas are fresh, accept what ships and refuse what an editor can know to be wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from engine.ruleset.condition import AllOf
from rules.language.json_schema import guards_schema, ruleset_schema, schema_files
from rules.language.packs import packs
from rules.language.serialized import written_conditions
from rules.language.yaml_tree import read_tree
from tests.rules.documents import document
from tests.rules.written_rules import conditions

RULESETS = Draft202012Validator(ruleset_schema())
GUARDS = Draft202012Validator(guards_schema())
_ERRORS = Path(__file__).parent / "errors"

#: What only the loader knows: the ledger currency, the stages of the ladder, unique ids, the guards, the calendar.
_BEYOND = {
    "action_twice",
    "between_reversed",
    "currency_unknown",
    "date_impossible",
    "guards_twice",
    "jurisdiction_unknown",
    "ladder_renamed",
    "money_other_currency",
    "money_too_fine",
    "money_too_large",
    "rule_twice",
    "stage_fact_unknown",
    "text_empty",
    "too_many_ways",
}
#: What is no YAML of ours, so that no schema ever sees it.
_NO_YAML = {
    "alias",
    "control_character",
    "document_empty",
    "duplicate_key",
    "half_surrogate",
    "key_not_a_word",
    "tabs",
    "tag",
    "too_deep",
    "two_documents",
    "unbalanced",
}


def test_schema_files_are_fresh() -> None:
    for path, text in schema_files().items():
        assert path.read_text(encoding="utf-8") == text, "make docs"


def test_the_schemas_are_valid_schemas() -> None:
    Draft202012Validator.check_schema(ruleset_schema())
    Draft202012Validator.check_schema(guards_schema())


def test_everything_shipped_is_accepted() -> None:
    for pack in packs():
        GUARDS.validate(read_tree(pack.guards_text()).data)
        for path in pack.rulesets:
            RULESETS.validate(read_tree(path.read_text(encoding="utf-8")).data)


def _accepts(path: Path) -> bool:
    validator = GUARDS if path.name.startswith("guards_") else RULESETS
    return bool(validator.is_valid(read_tree(path.read_text(encoding="utf-8")).data))


@pytest.mark.parametrize(
    "path",
    sorted(path for path in _ERRORS.glob("*.yaml") if path.stem not in _BEYOND | _NO_YAML),
    ids=lambda path: path.stem,
)
def test_wrong_documents_are_refused_as_far_as_a_schema_can_know(path: Path) -> None:
    assert not _accepts(path)


@pytest.mark.parametrize("name", sorted(_BEYOND))
def test_what_only_the_loader_knows_passes_the_schema(name: str) -> None:
    assert _accepts(_ERRORS / f"{name}.yaml")


@given(conditions())
def test_any_condition_that_can_be_written_is_accepted(condition: AllOf) -> None:
    data: Any = read_tree(document()).data
    data["rules"][0]["when"] = written_conditions(condition, "PLN")
    RULESETS.validate(data)
