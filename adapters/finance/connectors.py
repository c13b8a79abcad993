"""Which finance-accounting systems can be read: one folder each, found by its source.py.

A source.py offers SETTINGS, the name of the file by which a company's folder tells that this connector reads it, and
SOURCE, which makes a FinanceSource of such a folder. `samples/<company>/` beside it holds what its tests read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final

from adapters.finance.contract import FinanceSource
from adapters.finance.guarded import GuardedSource
from engine.errors import InvalidInput

_ROOT: Final = Path(__file__).parent
_PACKAGE: Final = "adapters.finance"


@dataclass(frozen=True, slots=True)
class Connector:
    """One finance-accounting system. `settings`: the file that a company's folder must hold; `source` reads one."""

    name: str
    settings: str
    source: Callable[[Path], FinanceSource]
    samples: tuple[Path, ...]


@cache
def connectors() -> Mapping[str, Connector]:
    """Every connector by name."""
    return MappingProxyType({path.parent.name: _connector(path.parent) for path in sorted(_ROOT.glob("*/source.py"))})


def _connector(folder: Path) -> Connector:
    module = import_module(f"{_PACKAGE}.{folder.name}.source")
    samples = tuple(sorted(path.parent for path in folder.glob(f"samples/*/{module.SETTINGS}")))
    return Connector(folder.name, module.SETTINGS, module.SOURCE, samples)


def settings_file(folder: Path) -> str | None:
    """The file by which a company's folder tells who reads it; None where no connector does."""
    return next((one.settings for one in connectors().values() if (folder / one.settings).is_file()), None)


def open_source(folder: Path) -> FinanceSource:
    """The books of a company's folder; reading them raises no other error than AdapterError.

    Raises InvalidInput where no connector reads it or its settings are wrong.
    """
    for connector in connectors().values():
        if (folder / connector.settings).is_file():
            return GuardedSource(connector.source(folder))
    known = ", ".join(connector.settings for connector in connectors().values())
    raise InvalidInput(f"{folder}: there is no file that says how its books are read; one of: {known}.")
