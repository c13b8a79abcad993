"""Templates written to read, break or exhaust what fills them; tests/documents/hostile says which."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from documents.catalogue import kind_of
from documents.model import CheckedModel
from documents.text.sandbox import WordingEnvironment, compile_template
from documents.text.wording_child import MEMORY
from documents.text.wording_file import Filled
from documents.text.wording_process import WordingProcess
from engine.errors import InvalidInput

_CORPUS = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (Path(__file__).parent / "hostile").glob("*.yaml")
}
_CANARY = "tweet-7261"
_SAID = {"time": "longer than 2 seconds", "memory": "more than 256 MiB", "output": "longer than 1048576 bytes"}
#: Seconds in which the product has killed it for certain, the machine being busy with other tests.
_PATIENCE = 4.0
_GOOD = "subject: Wezwanie\nheading: h\nblocks:\n- paragraph: '{{ customer.name }}'\n"


@pytest.fixture(scope="module")
def process() -> Iterator[WordingProcess]:
    process = WordingProcess()
    yield process
    process.close()


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    kind = kind_of("demand")
    return CheckedModel(kind.model, kind.sample())


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A secret in a file and in the environment."""
    monkeypatch.setenv("MONITUM_CANARY", _CANARY)
    path = tmp_path / "canary"
    path.write_text(_CANARY, "utf-8")
    path.chmod(0o400)
    return path


def _cases(name: str) -> Any:
    return pytest.mark.parametrize("case", _CORPUS[name], ids=lambda case: case["name"].replace(" ", "-"))


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


def _attack(process: WordingProcess, wording: str, model: dict[str, Any], canary: Path) -> InvalidInput:
    """Fill the wording in a child that runs already; what must hold of every attack is asserted here."""
    assert _fill(process, _GOOD, model).blocks[0].text == model["customer"]["name"]
    child = process._child
    assert child is not None
    assert resource.prlimit(child.pid, resource.RLIMIT_AS) == (MEMORY, MEMORY)
    started = time.perf_counter()
    with pytest.raises(InvalidInput) as caught:
        _fill(process, wording, model)
    assert time.perf_counter() - started < _PATIENCE
    assert _CANARY not in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert [path.name for path in canary.parent.iterdir()] == ["canary"]
    assert canary.read_text("utf-8") == _CANARY
    return caught.value


def _fill(process: WordingProcess, wording: str, model: dict[str, Any]) -> Filled:
    return process.fill(wording, "own/demand/wording.pl.yaml", "pl", ("items", "totals"), model)


@_cases("read")
def test_what_wording_may_not_use_is_refused_when_it_is_read(
    case: dict[str, Any], process: WordingProcess, model: dict[str, Any], canary: Path
) -> None:
    template = _expanded(case["template"], canary)
    error = _attack(process, _file_with(template), model, canary)
    assert error.field == "own/demand/wording.pl.yaml: blocks.1"
    with pytest.raises(InvalidInput):
        compile_template(WordingEnvironment("pl"), template, "here")


@_cases("filled")
def test_what_is_not_there_is_refused_when_it_is_filled(
    case: dict[str, Any], process: WordingProcess, model: dict[str, Any], canary: Path
) -> None:
    template = _expanded(case["template"], canary)
    assert _attack(process, _file_with(template), model, canary).field == "own/demand/wording.pl.yaml: blocks.1"


@_cases("stopped")
def test_what_takes_too_much_is_stopped(
    case: dict[str, Any], process: WordingProcess, model: dict[str, Any], canary: Path
) -> None:
    template = _expanded(case["template"], canary)
    compile_template(WordingEnvironment("pl"), template, "permitted")
    error = _attack(process, _file_with(template), model, canary)
    assert _SAID[case["by"]] in str(error)
    assert error.field == "own/demand/wording.pl.yaml: blocks.1"


@_cases("files")
def test_a_hostile_file_is_refused(
    case: dict[str, Any], process: WordingProcess, model: dict[str, Any], canary: Path
) -> None:
    error = _attack(process, _expanded(case["file"], canary), model, canary)
    assert str(error).startswith("own/demand/wording.pl.yaml")


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert sum(map(len, _CORPUS.values())) >= 120
    assert len(_CORPUS["stopped"]) >= 15
