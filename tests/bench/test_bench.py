"""The benchmark works at a size that takes seconds, so that it does not rot. Its times are nobody's business here."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench import execution, load, parts, runs, verifier
from tests.bench.__main__ import show
from tests.bench.installation import installation
from tests.bench.measuring import Report, quantile
from tests.bench.portfolio import Shape, write

SHAPE = Shape(500, due=50)


def _values(report: Report) -> dict[str, float]:
    return {figure.what: figure.value for figure in report.figures}


def test_a_run_is_measured_from_files_to_decisions(database_url: str) -> None:
    report = Report()
    with installation(SHAPE, database_url=database_url) as system:
        runs.measure(system, report, SHAPE)
        figures = _values(report)
        assert len(figures) == len(report.figures) == 12
        assert all(value > 0 for value in figures.values())
        with system.database.engine.connect() as connection:
            counts = connection.exec_driver_sql("select sum((counts->>'items')::int), count(*) from run").one()
            made = connection.exec_driver_sql("select count(distinct customer_key) from decision").scalar_one()
        # the run, and the one after the payments of one customer; a dry run leaves nothing
        assert tuple(counts) == (510, 2)
        assert 5 <= made <= 40
        assert system.records.archive.verify().ok


def test_the_api_is_measured_over_http(database_url: str) -> None:
    report = Report()
    with installation(SHAPE, database_url=database_url) as system:
        load.measure(system, report, customers=SHAPE.customers, seconds=0.1)
    assert len(report.figures) == 4
    assert all(figure.value > 0 for figure in report.figures)


def test_letters_archive_execution_and_backtest_are_measured(database_url: str, tmp_path: Path) -> None:
    report = Report()
    with installation(database_url=database_url) as system:
        parts.letters(report, seconds=0.01)
        parts.archive(system, report, entries=1_200)
        execution.measure(system, report, actions=60)
        parts.backtest(system, report, days=60)
        parts.evaluators(report, snapshots=200, seed=3)
    assert all(figure.value > 0 for figure in report.figures)
    show(report, tmp_path / "figures.json")
    written = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert [figure["what"] for figure in written["figures"]] == [figure.what for figure in report.figures]


def test_the_offline_verifier_is_measured_in_a_process_of_its_own() -> None:
    report = Report()
    verifier.measure(report, entries=2_100)
    speed, _, memory = (figure.value for figure in report.figures)
    assert speed > 1_000
    assert 5 < memory < 32


def test_the_same_seed_invents_the_same_books(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write(tmp_path / name, Shape(200, seed=seed))
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    one, again, other = (
        [(tmp_path / name / file).read_bytes() for file in files] for name in ("one", "again", "other")
    )
    assert one == again
    assert one != other
    assert (tmp_path / "one" / "open_item.csv").read_text("utf-8").count("\n") == 201


def test_a_quantile_is_a_value_that_was_seen() -> None:
    assert quantile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert quantile([5.0], 0.99) == 5.0
    assert quantile([float(value) for value in range(1, 101)], 0.99) == 99.0
