"""The measures of the house hold, and each of them can fail."""

from __future__ import annotations

import pytest

from tests.architecture import measures as module
from tests.architecture.imports import circles, components, floors
from tests.architecture.map import PAGE, page
from tests.architecture.measures import Measure, measures


def test_every_measure_is_within_its_bound() -> None:
    over = [measure for measure in measures() if not measure.holds]
    assert not over, "make house"


def test_a_figure_over_its_bound_does_not_hold() -> None:
    assert Measure("any", 7, 7).holds
    assert not Measure("any", 8, 7).holds
    assert Measure("any", 8).holds


def test_a_circle_is_found_and_is_as_many_floors_as_it_has_rooms() -> None:
    graph = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("b"), "d": frozenset("a"), "e": frozenset()}
    assert components(graph) == [("b", "c"), ("a",), ("d",), ("e",)]
    assert circles(graph) == [("b", "c")]
    assert floors(graph) == 4


def test_rows_read_by_position_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: module.Path) -> None:
    (tmp_path / "adapters").mkdir()
    (tmp_path / "adapters" / "reading.py").write_text(
        "row = ask()\nfirst_name = row[0]\nfor a, b, c in connection.execute(query):\n    use(row.name, a)\n"
    )
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "sources", lambda *_: [tmp_path / "adapters" / "reading.py"])
    assert sorted(module.positional_reads()) == ["adapters/reading.py:2", "adapters/reading.py:3"]


def test_the_map_is_what_the_folders_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "make docs"
