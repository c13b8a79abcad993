"""Kinds of action are spelled in engine/actions alone: other modules ask the registry, or a kind for its traits."""

from __future__ import annotations

import pytest

from engine.actions import KINDS
from tests.architecture.measures import spelled, spelled_kinds


def test_no_module_outside_the_actions_spells_a_kind() -> None:
    assert not list(spelled_kinds())


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "written",
    ["x == '{}'", "text(\"select 1 from action where kind = '{}'\")", "f'{{x}} {{\"{}\"}}'", "y['{}: demand']"],
)
def test_a_spelled_kind_is_found(written: str, name: str) -> None:
    assert spelled(written.format(name)) == [1]


@pytest.mark.parametrize("name", KINDS)
def test_words_in_prose_and_in_docstrings_are_none(name: str) -> None:
    assert not spelled(f'"""{name}"""\nhelp = "customers to {name} today"\nstate = "{name}ed"')
