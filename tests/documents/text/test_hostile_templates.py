"""Templates written to read, break or exhaust what fills them; tests/documents/text/hostile says which.

What bounds them is counted (bytes and steps), so nothing here looks at a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from documents.catalogue import kind_of
from documents.model import CheckedModel
from documents.text.formats import Formats
from documents.text.sandbox import WordingEnvironment, compile_template
from documents.text.wording_file import Filled, parse_wording
from documents.text.work import WORK_LIMIT
from engine.errors import InvalidInput

_CORPUS = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (Path(__file__).parent / "hostile").glob("*.yaml")
}
_CANARY = "tweet-7261"
_SAID = {"steps": f"more than {WORK_LIMIT} steps", "output": "longer than 1048576 bytes"}


@pytest.fixture(scope="module")
def model() -> Mapping[str, Any]:
    """A demand of as many rows as a letter can have."""
    kind = kind_of("demand")
    sample: Any = kind.sample()
    rows = [{**sample["rows"][0], "document": f"FV/{number:05d}/2026"} for number in range(5000)]
    return CheckedModel(kind.model, {**sample, "rows": rows})


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A secret in a file and in the environment."""
    monkeypatch.setenv("MONITUM_CANARY", _CANARY)
    path = tmp_path / "canary"
    path.write_text(_CANARY, "utf-8")
    path.chmod(0o400)
    return path


def _cases(*names: str) -> Any:
    cases = [case for name in names for case in _CORPUS[name]]
    return pytest.mark.parametrize("case", cases, ids=lambda case: case["name"].replace(" ", "-"))


def _expanded(written: str | list[Any], canary: Path) -> str:
    """A text, or a list of texts and of [text, times]."""
    parts = [written] if isinstance(written, str) else written
    text = "".join(part if isinstance(part, str) else part[0] * part[1] for part in parts)
    return text.replace("{canary}", str(canary))


def _file_with(template: str) -> str:
    """A wording whose second block is the template."""
    return yaml.safe_dump(
        {"subject": "s", "heading": "h", "blocks": ["items", {"paragraph": template}]}, allow_unicode=True, width=10**9
    )


def _attack(wording: str, model: Mapping[str, Any], canary: Path) -> InvalidInput:
    """Fill the wording; what must hold of every attack is asserted here."""
    with pytest.raises(InvalidInput) as caught:
        _fill(wording, model)
    assert _CANARY not in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert [path.name for path in canary.parent.iterdir()] == ["canary"]
    assert canary.read_text("utf-8") == _CANARY
    return caught.value


def _fill(wording: str, model: Mapping[str, Any]) -> Filled:
    return parse_wording(wording, "own/demand/wording.pl.yaml", "pl", ("items", "totals")).fill(model)


@pytest.mark.parametrize("corpus", ["read", "doubling"])
def test_a_corpus_is_refused_before_anything_is_filled(corpus: str, canary: Path) -> None:
    for case in _CORPUS[corpus]:
        with pytest.raises(InvalidInput):
            compile_template(WordingEnvironment("pl"), _expanded(case["template"], canary), "here")


@_cases("read", "doubling")
def test_what_wording_may_not_use_is_refused_when_it_is_read(
    case: dict[str, Any], model: Mapping[str, Any], canary: Path
) -> None:
    template = _expanded(case["template"], canary)
    assert _attack(_file_with(template), model, canary).field == "own/demand/wording.pl.yaml: blocks.1"


@_cases("filled")
def test_what_is_not_there_is_refused_when_it_is_filled(
    case: dict[str, Any], model: Mapping[str, Any], canary: Path
) -> None:
    template = _expanded(case["template"], canary)
    assert _attack(_file_with(template), model, canary).field == "own/demand/wording.pl.yaml: blocks.1"


@_cases("stopped")
def test_what_takes_too_much_is_stopped(case: dict[str, Any], model: Mapping[str, Any], canary: Path) -> None:
    template = _expanded(case["template"], canary)
    compile_template(WordingEnvironment("pl"), template, "permitted")
    error = _attack(_file_with(template), model, canary)
    assert _SAID[case["by"]] in str(error)
    assert error.field == "own/demand/wording.pl.yaml: blocks.1"


@_cases("files")
def test_a_hostile_file_is_refused(case: dict[str, Any], model: Mapping[str, Any], canary: Path) -> None:
    error = _attack(_expanded(case["file"], canary), model, canary)
    assert str(error).startswith("own/demand/wording.pl.yaml")


def test_no_more_is_done_than_is_counted(model: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    written = 0
    date = Formats.date

    def counted(style: Formats, day: Any) -> str:
        nonlocal written
        written += 1
        return date(style, day)

    monkeypatch.setattr(Formats, "date", counted)
    endless = "{% for row in rows %}{% if row.due_date | date == 'x' %}x{% endif %}{% endfor %}" * 40
    with pytest.raises(InvalidInput, match="steps"):
        _fill(_file_with(endless), model)
    assert 5000 < written < WORK_LIMIT / 100


def test_the_longest_letter_may_show_days_and_an_amount_of_every_row(model: Mapping[str, Any]) -> None:
    template = "{% for row in rows %}{{ row.document }}, {{ row.issue_date | short_date }}, {{ row.due_date | date }}, "
    [_, block] = _fill(_file_with(template + "{{ row.open | money }}; {% endfor %}"), model).blocks
    assert block.text.count("FV/") == 5000


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert sum(map(len, _CORPUS.values())) >= 180
    assert len(_CORPUS["stopped"]) >= 25
    assert len(_CORPUS["doubling"]) >= 25
