"""Wrong documents: tests/rules/errors/*.yaml, and beside them what the loader must answer to each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import RulesetInvalid
from rules.language.guards import load_guards_document
from rules.language.loader import load_document

_FOLDER = Path(__file__).parent / "errors"


def _expected() -> Iterator[tuple[str, list[str]]]:
    """Names of documents with their problems: a name on a line of its own, its problems indented below."""
    name, problems = "", []
    for line in (_FOLDER / "expected.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            problems.append(line.strip())
        else:
            if name:
                yield name, problems
            name, problems = line, []
    yield name, problems


EXPECTED = dict(_expected())


@pytest.mark.parametrize("name", sorted(path.name for path in _FOLDER.glob("*.yaml")))
def test_wrong_document_is_answered_with_line_and_meaning(name: str) -> None:
    load = load_guards_document if name.startswith("guards_") else load_document
    with pytest.raises(RulesetInvalid) as caught:
        load((_FOLDER / name).read_text(encoding="utf-8"))
    assert [str(problem) for problem in caught.value.problems] == EXPECTED[name]


def test_every_expectation_has_its_document() -> None:
    assert set(EXPECTED) == {path.name for path in _FOLDER.glob("*.yaml")}


def test_problem_names_file_line_path_and_hint() -> None:
    text = (_FOLDER / "unknown_fact.yaml").read_text(encoding="utf-8")
    with pytest.raises(RulesetInvalid) as caught:
        load_document(text, file="rules/x.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("rules/x.yaml", 10)
    assert problem.path == "rules[0].when[0].days_overdue"
    assert problem.hint == "Did you mean 'days_past_due'?"
    assert str(problem).startswith("rules/x.yaml:10: There is no fact 'days_overdue'.")
