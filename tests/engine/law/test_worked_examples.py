"""Every row of worked_examples.csv is computed by the real parts and compared with what the row expects."""

from __future__ import annotations

import pytest

from tests.engine.law import of_documents, of_interest, of_terms
from tests.engine.law.examples import TOPICS, Example, examples

EXAMPLES = examples()
_DRIVERS = (of_documents, of_interest, of_terms)


def test_no_row_is_lost_and_ids_are_unique() -> None:
    assert len(EXAMPLES) == 99
    assert len({example.id for example in EXAMPLES}) == 99


def test_every_topic_is_computed_and_none_for_nothing() -> None:
    assert {example.topic for example in EXAMPLES} == set(TOPICS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_worked_example_comes_out(example: Example) -> None:
    computed = TOPICS[example.topic](example.inputs)
    if example.topic == "interest_fr_approx":
        # printed to the euro
        assert abs(int(computed["printed"]) - int(example.expected["printed"])) <= 1
    assert {name: computed[name] for name in example.expected} == dict(example.expected)
