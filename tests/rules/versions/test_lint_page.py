"""The committed page is that of the lints, and each of its examples does what it is shown for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
import yaml

from rules.lint import Described, described
from rules.versions.check import check
from rules.versions.lint_page import lint_page

_PAGE: Final = Path(__file__).parents[3] / "docs" / "lints.md"
_HEAD: Final = {
    "ruleset": "example",
    "title": {"pl": "Przykład", "en": "Example"},
    "ledger_currency": "PLN",
    "jurisdiction": "pl",
}
#: What is found in a document without cases; an example that shows none is not about them.
_OF_CASES: Final = {"rule_without_case", "untested_edge"}


def _found(example: str) -> set[str]:
    parts = yaml.safe_load(example)
    guards = parts.pop("guards", None)
    own = None if guards is None else yaml.safe_dump({"jurisdiction": "pl", "guards": guards})
    report = check(yaml.safe_dump({**_HEAD, **parts}), guards=own, confirm=False)
    assert not report.problems
    assert not report.red
    return {finding.lint for finding in report.findings} - (set() if "cases" in parts else _OF_CASES)


def test_the_committed_page_is_that_of_the_lints() -> None:
    assert _PAGE.read_text("utf-8") == lint_page(), "make docs"


@pytest.mark.parametrize("one", described(), ids=lambda one: one.name)
def test_a_bad_example_has_this_finding_alone_and_a_good_one_has_none(one: Described) -> None:
    assert _found(one.bad) == {one.name}
    assert _found(one.good) == set()


@pytest.mark.parametrize("one", described(), ids=lambda one: one.name)
def test_a_lint_says_what_it_is_about_before_it_shows_it(one: Described) -> None:
    assert one.text.endswith(".")
    assert "Bad:" not in one.text
    assert one.bad != one.good
