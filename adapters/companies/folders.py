"""The folders of the companies, each read apart: what is wrong with one stays with that one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from adapters.companies.company import Company, load_company
from adapters.finance.connectors import open_source, settings_file
from adapters.finance.contract import FinanceSource
from engine.errors import AdapterError, InvalidInput, MonitumError

COMPANY: Final = "company.yaml"
_NAME: Final = re.compile(rb"^source:\s*[\"']?([a-z0-9][a-z0-9._-]*)", re.MULTILINE)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CompanyFolder:
    """One company's folder: the company and its books, each as read or as the error that reading it raised."""

    key: str
    path: Path
    company: Company | MonitumError
    books: FinanceSource | MonitumError

    @property
    def problem(self) -> MonitumError | None:
        """What is wrong with either; None where nothing is."""
        return next((part for part in (self.books, self.company) if isinstance(part, MonitumError)), None)


def read_folders(paths: Iterable[Path], *, webhook_secret: str | None) -> Sequence[CompanyFolder]:
    """Every folder, in order. Two with one source are both unusable: nobody can tell which is meant."""
    found = [_read(path, webhook_secret) for path in paths]
    places: dict[str, list[Path]] = {}
    for one in found:
        places.setdefault(one.key, []).append(one.path)
    twice = {key: _twice(key, paths) for key, paths in places.items() if len(paths) > 1}
    unique = {one.key: one for one in found}
    return [
        CompanyFolder(one.key, one.path, twice[one.key], twice[one.key]) if one.key in twice else one
        for one in unique.values()
    ]


def _twice(key: str, paths: Sequence[Path]) -> InvalidInput:
    return InvalidInput(
        f"{key}: several folders have this source: {', '.join(map(str, paths))}. Name each source differently.",
        field="source",
    )


def _read(path: Path, webhook_secret: str | None) -> CompanyFolder:
    company = _tried(path, lambda: load_company(path / COMPANY, webhook_secret=webhook_secret))
    books = _tried(path, lambda: open_source(path))
    return CompanyFolder(_key(path, company, books), path, company, books)


def _tried(path: Path, read: Callable[[], _T]) -> _T | MonitumError:
    try:
        return read()
    except MonitumError as error:
        return error
    except Exception as error:  # noqa: BLE001  a connector's own error is told like any other, and stays with its folder
        return AdapterError(f"{path}: {type(error).__name__}: {error}")


def _key(path: Path, company: Company | MonitumError, books: FinanceSource | MonitumError) -> str:
    """The source that the folder is about: as its books or its company say, else as their files seem to, else by the
    folder's own name."""
    if not isinstance(books, MonitumError):
        return books.key
    if not isinstance(company, MonitumError):
        return company.source
    for name in (settings_file(path), COMPANY):
        if name and (seen := _seen(path / name)):
            return seen
    return path.name


def _seen(path: Path) -> str | None:
    try:
        found = _NAME.search(path.read_bytes())
    except OSError:
        return None
    return found.group(1).decode() if found else None
