"""A fresh installation with the shipped rulesets and a mailbox, and a webhook endpoint."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tests.adapters.crm.conftest import receiver
from tests.adapters.delivery.conftest import Inbox, inbox, port
from tests.adapters.installation import Installation
from tests.databases import fresh_database

__all__ = ["Inbox", "inbox", "port", "receiver"]


@pytest.fixture(scope="session")
def _stocked(
    _template: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[tuple[str, str], Path]]:
    """A database with the shipped rulesets, to be copied: server and name, and the folder of its archive's keys. One
    for each package of tests that imports the fixture."""
    with fresh_database(_template) as url:
        made = Installation(tmp_path_factory.mktemp("stocked"), url, 1)
        made.stock()
        made.close()
        yield (_template[0], str(make_url(url).database)), made.system.settings.keys


@pytest.fixture
def install(tmp_path: Path, _stocked: tuple[tuple[str, str], Path], port: int) -> Iterator[Callable[..., Installation]]:
    """Makes the installation, with a company as told, whose mail goes to `inbox`."""
    stocked, keys = _stocked
    shutil.copytree(keys, tmp_path / "home" / "keys")
    made: list[Installation] = []
    with fresh_database(stocked) as url:

        def make(**company: Any) -> Installation:
            made.append(Installation(tmp_path, url, port, **company))
            return made[-1]

        yield make
        for one in made:
            one.close()


@pytest.fixture
def house(install: Callable[..., Installation]) -> Installation:
    """An installation whose company leaves everything as it comes."""
    return install()
