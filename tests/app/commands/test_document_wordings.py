from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import app.commands.main as cli
from documents.catalogue import kinds
from documents.text.languages import LANGUAGES

_GOOD = "subject: Prośba\nheading: Prośba\nblocks: [items, totals, {paragraph: '{{ customer.name }}'}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "own" / "reminder" / "wording.pl.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(_GOOD, "utf-8")
    return tmp_path / "own"


def _documents(*arguments: str) -> Result:
    result = CliRunner(env={"NO_COLOR": "1"}).invoke(cli.main, ["documents", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_good_wordings_are_told_so(folder: Path) -> None:
    result = _documents("check", str(folder))
    assert result.exit_code == 0
    assert "reminder/wording.pl.yaml" in result.stdout
    assert "good" in result.stdout


def test_a_wrong_wording_names_file_and_block_for_people_and_tools(folder: Path) -> None:
    (folder / "reminder" / "wording.pl.yaml").write_text(_GOOD.replace("customer.name", "customer.nam"), "utf-8")
    shown, told = _documents("check", str(folder)), _documents("check", str(folder), "--json")
    assert shown.exit_code == told.exit_code == 1
    assert "blocks.2" in shown.stdout
    [finding] = json.loads(told.stdout)
    assert (finding["file"], finding["ok"]) == ("reminder/wording.pl.yaml", False)
    assert finding["field"] == "own/reminder/wording.pl.yaml: blocks.2"
    assert "nam" in finding["problem"]


def test_a_sample_can_be_seen_in_own_words(folder: Path, tmp_path: Path) -> None:
    options = ("--sample", "--wordings", str(folder), "--out", str(tmp_path / "out"), "--json")
    _documents("render", "reminder", *options)
    assert (tmp_path / "out" / "reminder.pl.txt").read_text("utf-8").startswith("PROŚBA\n")
    _documents("render", "reminder", *options, "--language", "en")
    assert not (tmp_path / "out" / "reminder.en.txt").read_text("utf-8").startswith("PROŚBA\n")


def test_a_folder_without_wordings_is_wrong_input(tmp_path: Path) -> None:
    result = _documents("check", str(tmp_path))
    assert result.exit_code == 2
    assert "write <kind>/wording.<language>.yaml" in result.stderr


def test_pictures_show_every_kind_in_every_language_and_are_always_the_same(tmp_path: Path) -> None:
    old = tmp_path / "pictures" / "gone.pl.1.png"
    old.parent.mkdir()
    old.write_bytes(b"x")
    result = _documents("pictures", "--out", str(old.parent), "--json")
    index, *files = [Path(name) for name in json.loads(result.stdout)]
    first = {path.name: path.read_bytes() for path in files}
    assert {name.rsplit(".", 2)[0] for name in first} == {
        f"{name}.{language}" for name, kind in kinds().items() if kind.letter for language in LANGUAGES
    }
    assert not old.exists()
    assert index.name == "README.md"
    assert all(f"]({name})" in index.read_text("utf-8") for name in first)
    with Image.open(files[0]) as page:
        assert page.size == (579, 819)
    assert sum(map(len, first.values())) < 3_000_000
    _documents("pictures", "--out", str(old.parent))
    assert {path.name: path.read_bytes() for path in files} == first
