"""Errors carry typed attributes, also across processes."""

from __future__ import annotations

import pickle

import pytest

from engine.errors import (
    AdapterError,
    Disagreement,
    EngineCrashed,
    FactInvalid,
    FourEyes,
    InvalidInput,
    MonitumError,
    NotFound,
    RateMissing,
    RuleProblem,
    RulesetInvalid,
)
from tests.engine.building import case, item

_SNAPSHOT = case(item("a", 5)).items[0]


@pytest.mark.parametrize(
    "error",
    [
        Disagreement("a", ("rule r1",), (), _SNAPSHOT),
        FactInvalid("open_amount", 1.5, "it must be a whole number"),
        InvalidInput("Wrong.", field="as_of"),
        NotFound("customer", "k1"),
        RateMissing("EUR", "2026-03-10"),
        RuleProblem("Bad.", path="rules.0", file="a.yaml", line=7, hint="Use another."),
        AdapterError(permanent=True),
    ],
)
def test_an_error_crosses_processes_whole(error: MonitumError) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  made here
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


def test_a_docstring_is_the_default_message() -> None:
    assert str(FourEyes()) == "Somebody else than those who wrote and submitted it must approve it."
    assert str(EngineCrashed("It died.")) == "It died."


def test_every_problem_of_a_ruleset_is_told() -> None:
    error = RulesetInvalid((RuleProblem("One.", file="a.yaml", line=3), RuleProblem("Two.", hint="Write 2.")))
    assert str(error) == "a.yaml:3: One.\nTwo. Write 2."
