from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.catalogue import LANGUAGES, kinds
from documents.model import CheckedModel
from documents.text.plain_json import read_plain, write_plain
from documents.text.wording import OwnWording, wording_of
from documents.text.wording_process import WordingProcess, wording_process
from engine.errors import InvalidInput

_GOOD = "subject: '{{ name }}'\nheading: h\nblocks: []\n"
_SLOW = (
    "subject: \"{% set a = 'xxxxxxxx' %}"
    + "{% set a = a ~ a %}" * 18
    + '{% for c in a if a ~ c == c %}{% endfor %}"\nheading: h\nblocks: []\n'
)
_plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.datetimes()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["day", "map", "decimal"]), inner),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture
def process() -> Iterator[WordingProcess]:
    process = WordingProcess()
    yield process
    process.close()


def _fill(process: WordingProcess, wording: str = _GOOD, name: str = "x") -> str:
    return process.fill(wording, "own", "pl", (), {"name": name}).subject


def _pid(process: WordingProcess) -> int:
    assert process._child is not None
    return process._child.pid


@given(_plain)
def test_plain_data_comes_back_as_it_was(value: object) -> None:
    again = read_plain(write_plain(value))
    assert again == value
    assert write_plain(again) == write_plain(value)
    assert "\n" not in write_plain(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", dt.time(1), [Exception()], {"a": len}])
def test_nothing_but_plain_data_reaches_the_child(value: object) -> None:
    with pytest.raises(TypeError, match="not plain data"):
        write_plain(value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(kinds()))
def test_the_child_fills_a_wording_as_this_process_does(name: str, language: Any) -> None:
    kind = kinds()[name]
    model = CheckedModel(kind.model, kind.sample())
    here = wording_of(kind, language)
    text = (kind.folder / f"wording.{language}.yaml").read_text("utf-8")
    assert OwnWording(here.where, text, language).fill(model) == here.fill(model)


def test_one_child_serves_many_wordings(process: WordingProcess) -> None:
    assert _fill(process, name="Łódź") == "Łódź"
    first = _pid(process)
    assert [_fill(process, name=str(number)) for number in range(50)] == [str(number) for number in range(50)]
    with pytest.raises(InvalidInput):
        _fill(process, "subject: '{{ nobody }}'\nheading: h\nblocks: []\n")
    assert _fill(process) == "x"
    assert _pid(process) == first


def test_a_child_that_was_killed_is_replaced(process: WordingProcess) -> None:
    _fill(process)
    first = _pid(process)
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert _fill(process) == "x"
    assert _pid(process) != first


def test_a_child_killed_by_somebody_else_is_not_called_slow(process: WordingProcess) -> None:
    _fill(process)
    threading.Timer(0.3, os.kill, (_pid(process), signal.SIGKILL)).start()
    with pytest.raises(InvalidInput, match=r"own: subject: the process that fills wordings ended \(-9\)"):
        _fill(process, _SLOW)


def test_threads_get_their_own_answers(process: WordingProcess) -> None:
    wrong: list[str] = []

    def work(name: str) -> None:
        wrong.extend(answer for _ in range(40) if (answer := _fill(process, name=name)) != name)

    threads = [threading.Thread(target=work, args=(name * 3,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_forked_process_has_a_child_of_its_own() -> None:
    assert _fill(wording_process) == "x"
    mine = _pid(wording_process)
    reader, writer = os.pipe()
    forked = os.fork()
    if not forked:
        try:
            os.write(writer, f"{_fill(wording_process, name='forked')} {_pid(wording_process)}".encode())
            wording_process.close()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said, other = pipe.read().split()
    os.waitpid(forked, 0)
    assert (said, int(other) != mine) == ("forked", True)
    assert _fill(wording_process, name="still") == "still"
    assert _pid(wording_process) == mine


def test_the_child_sees_no_environment_and_may_write_nothing(process: WordingProcess) -> None:
    os.environ["MONITUM_CANARY"] = "tweet"
    try:
        _fill(process)
    finally:
        del os.environ["MONITUM_CANARY"]
    with open(f"/proc/{_pid(process)}/environ", "rb") as environment:  # noqa: PTH123  no file of a folder
        names = {entry.partition(b"=")[0] for entry in environment.read().split(b"\0") if entry}
    assert names == {b"PYTHONPATH"}
    with open(f"/proc/{_pid(process)}/limits") as limits:  # noqa: PTH123
        told = {line[:26].strip(): line[26:].split()[:2] for line in limits}
    assert told["Max file size"] == ["0", "0"]
    assert told["Max address space"] == [str(256 << 20)] * 2
    assert int(told["Max cpu time"][0]) < 10


def test_a_child_whose_parent_is_gone_ends() -> None:
    script = (
        "import os, sys, threading, time; from documents.text.wording_process import wording_process as p;"
        "p.fill(sys.argv[1], 'own', 'pl', (), {'name': 'x'}); print(p._child.pid, flush=True);"
        "threading.Timer(0.2, os._exit, (0,)).start(); p.fill(sys.argv[2], 'own', 'pl', (), {'name': 'x'})"
    )
    parent = subprocess.run([sys.executable, "-c", script, _GOOD, _SLOW], capture_output=True, text=True, check=True)
    child = int(parent.stdout)
    deadline = time.monotonic() + 90  # its processor time is bounded; a busy machine gives that out slowly
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_amounts_and_days_reach_the_wording_as_they_are(process: WordingProcess) -> None:
    model = {"open": {"currency": "PLN", "amount": Decimal("1234.50")}, "day": dt.date(2026, 3, 5)}
    text = "subject: '{{ open | money }}'\nheading: '{{ day | date }}'\nblocks: []\n"
    filled = process.fill(text, "own", "pl", (), model)
    nb = "\N{NO-BREAK SPACE}"
    assert (filled.subject, filled.heading) == (f"1{nb}234,50{nb}zł", f"5{nb}marca 2026")
