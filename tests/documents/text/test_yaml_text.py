"""What people write is read as it stands: nothing turns into a number, a day or a flag on the way."""

from __future__ import annotations

import json

import pytest

from documents.text.yaml_text import DEPTH_LIMIT, SIZE_LIMIT, read_text_tree
from engine.errors import InvalidInput

_WRITTEN = [
    "12:30",
    "010",
    "0x10",
    "0b11",
    "0o17",
    "1_499",
    "1e3",
    "+5",
    ".5",
    "5.",
    "2.50",
    ".inf",
    ".NaN",
    "yes",
    "no",
    "on",
    "off",
    "Yes",
    "NO",
    "y",
    "n",
    "true",
    "False",
    "2026-11-30",
    "2026-11-30 10:00:00",
    "<<",
    "=",
    "1",
    "-7",
    "１２",
]


@pytest.mark.parametrize("written", _WRITTEN)
def test_every_value_is_the_text_that_stands_there(written: str) -> None:
    assert read_text_tree(f"a: {written}\n{written}: [{written}, '{written}']\n", "m.yaml") == {
        "a": written,
        written: [written, written],
    }


def test_nothing_is_what_is_left_empty_and_null_in_quotes_is_a_word() -> None:
    assert read_text_tree("a:\nb: ~\nc: null\nd: 'null'\ne: ''\n", "m.yaml") == {
        "a": None,
        "b": None,
        "c": None,
        "d": "null",
        "e": "",
    }
    assert read_text_tree("", "m.yaml") is read_text_tree("# nothing\n", "m.yaml") is None


def test_json_is_read_as_text_too_with_every_digit_that_was_written() -> None:
    model = '{"a": 2.50, "b": 12345678901234567890.10, "c": [1, true, false, null], "d": "\\ud83d\\ude00\\/", "e": NaN}'
    assert read_text_tree(f"\ufeff\t{model}", "m.json") == {
        "a": "2.50",
        "b": "12345678901234567890.10",
        "c": ["1", "true", "false", None],
        "d": "\U0001f600/",
        "e": "NaN",
    }
    assert read_text_tree("{a: 1, b: [x]}", "m.yaml") == {"a": "1", "b": ["x"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands twice"),
        ("a:\n  - {b: 1, b: 1}\n", "line 2: the key 'b' stands twice"),
        ('{"a": 1, "a": 1}', "the key 'a' stands twice"),
        ('{"x": [{"a": 1, "a": 1}]}', "the key 'a' stands twice"),
        ("a: &x 1\nb: *x\n", "line 1: anchors and aliases"),
        ("a: &x [1]\nb: [*x, *x]\n", "anchors and aliases"),
        ("a: *x\n", "anchors and aliases"),
        ("a: !!int 5\n", "line 1: tags"),
        ("a: !thing {b: 1}\n", "line 1: tags"),
        ("[1]: a\n", "a key is a word"),
        ("? {a: 1}\n: b\n", "a key is a word"),
        ("a: 1\n---\na: 2\n", "more than one document"),
        ("a: [", "neither YAML nor JSON"),
        ("a: \x07\n", "neither YAML nor JSON"),
        ("a: \ud800\n", "neither YAML nor JSON"),
        ("[" * (DEPTH_LIMIT + 1), "deep"),
        ("[" * 20_000 + "]" * 20_000, "deep"),
        ('{"a":' * 20_000 + "1" + "}" * 20_000, "deep"),
        ("a" * (SIZE_LIMIT + 1), "larger than"),
    ],
)
def test_what_surprises_is_refused_by_file_and_line(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        read_text_tree(text, "m.yaml", field="model")
    assert str(caught.value).startswith("m.yaml")
    assert (caught.value.field, len(str(caught.value)) < 1000) == ("model", True)


def test_a_deep_document_within_the_limit_is_read() -> None:
    nested = "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT
    assert json.dumps(read_text_tree(nested, "m")) == json.dumps(read_text_tree(f"- {nested[1:-1]}", "m")) == nested
