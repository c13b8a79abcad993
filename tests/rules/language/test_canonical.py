"""A version names content: neither layout nor the order of keys, but every word."""

from __future__ import annotations

import json
import random
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.language.canonical import canonical_json, version_of
from rules.language.loader import load_ruleset
from rules.language.packs import pack
from rules.language.yaml_tree import read_tree

_TEXT = next(path for path in pack("pl").rulesets if path.name == "consumer.yaml").read_text(encoding="utf-8")

_documents = st.recursive(
    st.booleans() | st.none() | st.integers(-(10**15), 10**15) | st.text("aąbcżYes no:-#'\"[]{},0.", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdż_", min_size=1, max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


def _shuffled(data: Any, order: random.Random) -> Any:
    if isinstance(data, dict):
        keys = list(data)
        order.shuffle(keys)
        return {key: _shuffled(data[key], order) for key in keys}
    return [_shuffled(part, order) for part in data] if isinstance(data, list) else data


@given(_documents, st.randoms(use_true_random=False))
def test_key_order_does_not_change_the_canonical_form(document: Any, order: random.Random) -> None:
    assert canonical_json(_shuffled(document, order)) == canonical_json(document)


@given(_documents, st.randoms(use_true_random=False), st.booleans())
def test_layout_does_not_change_the_version(document: Any, order: random.Random, flow: bool) -> None:
    shuffled = _shuffled(document, order)
    texts = [
        json.dumps(document, ensure_ascii=False),
        json.dumps(shuffled, ensure_ascii=False, indent=3),
        yaml.safe_dump(shuffled, allow_unicode=True, default_flow_style=flow, sort_keys=False),
    ]
    versions = {version_of({"document": read_tree(text).data}, {}) for text in texts}
    assert versions == {version_of({"document": document}, {})}


def test_comments_and_json_give_the_version_of_the_yaml() -> None:
    first = load_ruleset(_TEXT).version
    assert load_ruleset("# another comment\n" + _TEXT.replace("rules:\n", "\nrules:   # here\n")).version == first
    assert load_ruleset(json.dumps(read_tree(_TEXT).data, ensure_ascii=False)).version == first
    assert len(first) == 64


def test_a_changed_word_changes_the_version() -> None:
    assert load_ruleset(_TEXT.replace("at_least: 21", "at_least: 22")).version != load_ruleset(_TEXT).version


def test_changed_guards_change_the_version() -> None:
    guards = pack("pl").guards_text()
    assert load_ruleset(_TEXT, guards=guards).version == load_ruleset(_TEXT).version
    assert (
        load_ruleset(_TEXT, guards=guards.replace("books_stale: yes", "source_age_hours: {more_than: 48}", 1)).version
        != load_ruleset(_TEXT).version
    )


def test_canonical_json_is_pinned() -> None:
    assert canonical_json({"b": [1, True, None], "a": "żółć"}) == '{"a":"żółć","b":[1,true,null]}'
