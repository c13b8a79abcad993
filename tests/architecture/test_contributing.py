"""CONTRIBUTING.md, followed to the letter in a copy of the repository: additions work and touch what it lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.contributing import Copy, sections

_RULESET: Final = """
ruleset: example
title: {{pl: Przykład, en: Example}}
ledger_currency: PLN
jurisdiction: pl
{ladder}
rules:
  - id: first
    for: {subject}
    when: [{when}]
    then: [{then}]
    because: the example of the page
cases:
{cases}
"""


def _fact(copy: Copy) -> None:
    rules = _RULESET.format(
        ladder="ladder: {stages: [reminder]}",
        subject="item",
        when="paid_percent: {at_least: 50}",
        then="remind: {stage: reminder, wording: reminder}",
        cases="  - {name: half, given: {days_past_due: 5, paid_percent: 50}, expect: [remind: reminder]}\n"
        "  - {name: less, given: {days_past_due: 5, paid_percent: 49}, expect: []}",
    )
    _check_rules(copy, rules)
    computed = (
        "from tests.engine.facts.test_build import built\n"
        "print([item.facts['paid_percent'] for item in built().open_items])"
    )
    assert copy.python("-c", computed).strip() == "[40]"
    copy.check(
        "tests/rules/sentences/test_catalogue_page.py",
        "tests/rules/language/test_json_schema.py",
        "tests/engine/facts/test_build.py",
    )


def _action(copy: Copy) -> None:
    rules = _RULESET.format(
        ladder="",
        subject="customer",
        when="overdue_amount: {at_least: 100 PLN}",
        then="call: {who: [credit_controller]}",
        cases="  - {name: owes, for: customer, given: {overdue_amount: 100 PLN}, expect: [call]}\n"
        "  - {name: owes less, for: customer, given: {overdue_amount: 99.99 PLN}, expect: []}",
    )
    _check_rules(copy, rules)
    planned = (
        "from engine.ruleset.model import ActionSpec\n"
        "from tests.engine.execution.test_planning import shown\n"
        "print(shown(ActionSpec('call', {'who': ('credit_controller',)})))"
    )
    assert copy.python("-c", planned).strip() == "[('internal', 'ready', 1, 'alert', ['credit_controller'])]"
    copy.check(
        "tests/engine/test_actions.py",
        "tests/architecture/test_action_kinds.py",
        "tests/rules/language/test_json_schema.py",
        "tests/rules/sentences/test_rule.py",
    )


def _document(copy: Copy) -> None:
    render = ("-m", "app.commands.main", "documents", "render", "call_request", "--sample", "--language", "en")
    shown = copy.python(*render, "--out", "var", "--json")
    files = [copy.folder / name for name in json.loads(shown)]
    assert any(path.read_bytes().startswith(b"%PDF") for path in files)
    assert any("FV/2026/09/0118" in path.read_text("utf-8") for path in files if path.suffix == ".txt")
    copy.check("tests/documents/test_catalogue.py")


def _connector(copy: Copy) -> None:
    read = (
        "from pathlib import Path\n"
        "from adapters.finance.connectors import open_source\n"
        "source = open_source(Path('adapters/finance/json_lines/samples/shop'))\n"
        "print(source.key, *(f'{one.table}={len(one.rows)}/{len(one.problems)}' for one in source.extract().batches))"
    )
    assert copy.python("-c", read).split() == ["shop", "customer=1/0", "document=1/0", "open_item=1/0"]
    copy.check("tests/adapters/finance/test_connectors.py")


def _lint(copy: Copy) -> None:
    assert "## exact_day (warning)" in (copy.folder / "docs" / "lints.md").read_text("utf-8")
    copy.check("tests/rules/versions/test_lint_page.py")


def _command(copy: Copy) -> None:
    main = ("-m", "app.commands.main")
    assert "fact " in copy.python(*main, "--help")
    assert "Say what a fact is" in copy.python(*main, "fact", "--help")
    assert json.loads(copy.python(*main, "fact", "stage", "--json"))["type"] == "text"
    with pytest.raises(AssertionError, match=r"monitum: .*nonsense"):
        copy.python(*main, "fact", "nonsense")


def _check_rules(copy: Copy, text: str) -> None:
    path = copy.folder / "var" / "example.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    copy.python("-m", "app.commands.main", "rules", "check", str(path))


_HELD: Final[dict[str, Callable[[Copy], None]]] = {
    "Add a fact": _fact,
    "Add an action kind": _action,
    "Add a document kind": _document,
    "Add a connector": _connector,
    "Add a lint": _lint,
    "Add a command": _command,
}


def test_every_section_that_lists_files_is_followed_here() -> None:
    assert list(sections()) == list(_HELD)


@pytest.mark.parametrize("title", _HELD)
def test_an_addition_works_as_the_page_says_and_touches_the_files_it_lists(title: str, tmp_path: Path) -> None:
    section = sections()[title]
    copy = Copy(tmp_path)
    copy.add(section)
    assert copy.touched() == set(section.listed)
    written = [name for name in section.listed if name.endswith(".py")]
    if written:
        copy.python("-m", "ruff", "check", *written)
        copy.python("-m", "ruff", "format", "--check", *written)
    _HELD[title](copy)
    assert copy.touched() == set(section.listed)
