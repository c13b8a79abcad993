"""No function of the law is vouched for by worked examples alone: each is reached from what people start."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from tests.architecture.imports import ENTRIES, ROOT, sources
from tests.architecture.reach import unreached

#: What people and processes start; the rest of the product must be reached from it. The catalogue of documents finds
#: the modules of a kind by their names, so nothing imports them.
_STARTED = ("app.__main__", "app.commands.", "api.", "documents.kinds.")
_LAW = "engine.law"


@cache
def _texts() -> Mapping[str, str]:
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sources()}
    return {name.removesuffix(".__init__"): path.read_text("utf-8") for name, path in paths.items()}


def _unreached(texts: Mapping[str, str]) -> set[str]:
    roots = [name for name in texts if name in ENTRIES or name.startswith(_STARTED)]
    return unreached(texts, roots, _LAW)


def test_every_public_function_of_the_law_is_reached_from_an_entry_point() -> None:
    assert _unreached(_texts()) == set()


@pytest.mark.parametrize(
    ("module", "planted", "found"),
    [
        ("tax.retention", "def idle() -> int:\n    return 1\n", {"tax.retention.idle"}),
        ("tax.retention", "def _idle() -> int:\n    return 1\n", set()),
        (
            "tax.retention",
            "def idle() -> int:\n    return 1\n\n\ndef caller() -> int:\n    return idle()\n",
            {"tax.retention.idle", "tax.retention.caller"},
        ),
        (
            "days_off",
            "class Idle:\n    def count(self) -> int:\n        return 1\n",
            {"days_off.Idle", "days_off.Idle.count"},
        ),
        ("days_off", "    def idle(self) -> int:\n        return 1\n", {"days_off.DaysOff.idle"}),
    ],
)
def test_a_planted_function_that_nothing_calls_is_found(module: str, planted: str, found: set[str]) -> None:
    name = f"{_LAW}.{module}"
    texts = {**_texts(), name: f"{_texts()[name].rstrip()}\n\n{planted}"}
    assert _unreached(texts) == {f"{_LAW}.{one}" for one in found}


def test_a_function_that_an_entry_point_only_imports_is_found() -> None:
    law, group = f"{_LAW}.tax.retention", "app.commands.law.group"
    texts = {**_texts(), law: _texts()[law] + "\n\ndef idle() -> int:\n    return 1\n"}
    texts[group] += f"\nfrom {law} import idle\n"
    assert _unreached(texts) == {f"{law}.idle"}
    texts[group] += "\n\ndef run() -> int:\n    return idle()\n"
    assert _unreached(texts) == set()
