"""A mapping is proposed from files nobody has described, and says what it guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.commands.main import main
from tests.adapters.finance.drafting.exports import EXPORTS, Export, tried, write


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_the_columns_of_unlike_exports_are_told_and_the_draft_reads_them(tmp_path: Path, export: Export) -> None:
    right, columns, reads = tried(export, tmp_path)
    assert (right, reads) == (columns, True)


def test_a_draft_replaces_nothing_and_is_checked_next(tmp_path: Path) -> None:
    path = write(EXPORTS[0], tmp_path)
    output = tmp_path / "mapping.yaml"
    run = CliRunner().invoke(main, ["sources", "draft", str(path), "--output", str(output)])
    assert (run.exit_code, "sources check" in run.output) == (0, True)
    assert "# guessed" in output.read_text("utf-8")
    assert CliRunner().invoke(main, ["sources", "check", str(tmp_path)]).exit_code == 0
    run = CliRunner().invoke(main, ["sources", "draft", str(path), "--output", str(output)])
    assert (run.exit_code, "replaces nothing" in run.output) == (2, True)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text("Kod;Nazwa;NIP;Kolor\nK1;Alfa;;czerwony\n", "utf-8")
    run = CliRunner().invoke(main, ["sources", "draft", str(tmp_path / "k.csv")])
    assert "# missing: open_item" in run.output
    assert "nothing was made of Kolor" in run.output


@pytest.mark.parametrize("content", [b"", b"one\ntwo\n", b"\x00\x01\x02", b"a\n\xff\xfe\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    assert CliRunner().invoke(main, ["sources", "draft", str(tmp_path / "x.csv")]).exit_code == 2
    assert CliRunner().invoke(main, ["sources", "draft", str(tmp_path / "none.csv")]).exit_code == 2
