"""Each drill, short: the whole ones are run by hand and take minutes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.drills import rollback, tamper


def test_every_edit_of_a_superuser_is_found_and_the_row_named() -> None:
    outcome = tamper.run(150, seed=20260302, told=lambda _: None)
    assert outcome.missed == []
    assert sum(outcome.edits.values()) == 150
    assert {column.partition(".")[0] for column in outcome.edits} == {table.name for table in tamper.TABLES}


@pytest.mark.parametrize("way", rollback.WAYS, ids=lambda way: way.__name__)
def test_a_restored_older_backup_is_found(way: Callable[[rollback.Site], str]) -> None:
    assert rollback.drill(way)
