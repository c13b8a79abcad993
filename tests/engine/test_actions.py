"""The kinds of action."""

from __future__ import annotations

import pkgutil

import pytest

import engine.actions
from engine.actions import KINDS, REMIND
from engine.facts.catalogue import BY_NAME
from engine.ruleset.outcome import DECIDED
from tests.engine.building import case, item, remind


def test_every_module_is_a_kind() -> None:
    modules = {module.name for module in pkgutil.iter_modules(engine.actions.__path__)}
    assert set(KINDS) == modules - {"kind", "services"}


def test_what_is_carried_out_first_is_listed_first() -> None:
    known = ["reinstate", "suspend", "remind", "notify"]
    assert [name for name in KINDS if name in known] == known


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_complete(name: str) -> None:
    kind = KINDS[name]
    assert kind.name == name
    assert set(kind.label) == {"pl", "en"}
    assert kind.subjects
    assert all(BY_NAME[fact].scope == "customer" for fact in kind.reads)
    for parameter in kind.parameters.values():
        assert not (parameter.required and parameter.default is not None)
        if parameter.choices and isinstance(parameter.default, tuple):
            assert set(parameter.default) <= set(parameter.choices)


def test_the_ladder_alone_decides_on_reminders() -> None:
    assert [kind.name for kind in KINDS.values() if kind.laddered] == ["remind"]
    assert REMIND.outcome("r", remind("reminder"), case(item())) is DECIDED
