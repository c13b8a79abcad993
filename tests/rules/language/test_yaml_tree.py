"""YAML without surprises, and never a crash."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RulesetInvalid
from rules.language.yaml_tree import DEPTH_LIMIT, SIZE_LIMIT, read_tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True), ("No", False), ("true", True), ("NO", "NO"), ("on", "on"), ("off", "off"), ("y", "y"),
        ("12", 12), ("-7", -7), ("+7", 7), ("007", "007"), ("0", 0),
        ("1_000", "1_000"), ("1:30", "1:30"), ("0x10", "0x10"),
        ("1.5", "1.5"), ("1e3", "1e3"), (".inf", ".inf"), ("2026-11-25", "2026-11-25"), ("~", None), ("null", None),
        ("9" * 18, int("9" * 18)), ("9" * 40, "9" * 40), ("'12'", "12"), ('"yes"', "yes"), ("50 PLN", "50 PLN"),
        ("<<", "<<"), ("=", "="), ("zażółć", "zażółć"),
    ],
)  # fmt: skip
def test_plain_words_mean_what_they_say(text: str, value: object) -> None:
    read = read_tree(f"key: {text}").data["key"]
    assert read == value
    assert type(read) is type(value)


def test_lines_are_those_of_keys_and_entries() -> None:
    tree = read_tree("# first\na:\n  - b: 1\n    c: [x,\n      y]\n  - d\n")
    assert tree.lines == {
        (): 2,
        ("a",): 2,
        ("a", 0): 3,
        ("a", 0, "b"): 3,
        ("a", 0, "c"): 4,
        ("a", 0, "c", 0): 4,
        ("a", 0, "c", 1): 5,
        ("a", 1): 6,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1", "Anchors and aliases"),
        ("*x", "Anchors and aliases"),
        ("a: !!str 1", "Tags"),
        ("a: !own 1", "Tags"),
        ("{a: 1, a: 2}", "written twice"),
        ("{? {b: 1} : c}", "A key must be a plain word"),
        ("", "empty"),
        ("# nothing", "empty"),
        ("a: 1\n--- \nb: 2", "more than one document"),
        ("a: [1", "This is not YAML"),
        ("\ta: 1", "This is not YAML"),
        ("a: \x07", "character that YAML does not allow"),
        ('a: "\\x07"', "control character"),
        ("a: \ud800", "character that YAML does not allow"),
    ],
)
def test_surprises_are_refused(text: str, message: str) -> None:
    with pytest.raises(RulesetInvalid, match=message) as caught:
        read_tree(text, file="x.yaml")
    (problem,) = caught.value.problems
    assert problem.file == "x.yaml"
    assert problem.line is not None


def test_bombs_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.perf_counter()
    with pytest.raises(RulesetInvalid, match="Anchors"):
        read_tree("\n".join(lines))
    for deep in ("[" * 100_000, "{a: " * 50_000, "- " * 100_000):
        with pytest.raises(RulesetInvalid, match=r"nested more than|not YAML"):
            read_tree(deep)
    assert time.perf_counter() - started < 5


def test_documents_are_limited_in_size_and_depth() -> None:
    fits = "a: " + "x" * (SIZE_LIMIT - 3)
    assert read_tree(fits).data
    with pytest.raises(RulesetInvalid, match="256 KiB"):
        read_tree(fits + "x")
    with pytest.raises(RulesetInvalid, match="256 KiB"):
        read_tree("a: " + "ż" * (SIZE_LIMIT // 2))
    assert read_tree("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT).data == json.loads("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT)
    with pytest.raises(RulesetInvalid, match="nested"):
        read_tree("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1))


_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=12)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcż ", min_size=1), inner, max_size=4),
    max_leaves=10,
)


@given(_json, st.sampled_from([None, 2]))
def test_json_is_read_as_json(data: Any, indent: int | None) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    try:
        assert read_tree(text).data == data
    except RulesetInvalid as error:
        assert "character" in str(error)  # noqa: PT017  characters that YAML forbids, such as U+FFFE


@given(st.text(max_size=60) | st.text("{}[]:,-?!&*'\"#|> \n\tabc01", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_tree(text)
    except RulesetInvalid as error:
        assert error.problems  # noqa: PT017  that nothing else is raised is the point
