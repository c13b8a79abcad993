"""A fresh installation with the shipped rulesets and a mailbox, and a webhook endpoint."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.adapters.crm.conftest import receiver
from tests.adapters.delivery.conftest import Inbox, inbox, port
from tests.adapters.installation import Installation
from tests.conftest import _named

__all__ = ["Inbox", "inbox", "port", "receiver"]
_NUMBERS = itertools.count()


def _administer(server: str, statement: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


@pytest.fixture(scope="session")
def _stocked(_template: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A database with the shipped rulesets, to be copied: its name, and the folder of its archive's keys. One for each
    package of tests that imports the fixture."""
    server, template = _template
    name, folder = f"{template}_stocked{next(_NUMBERS)}", tmp_path_factory.mktemp("stocked")
    _administer(server, f"create database {name} template {template}")
    made = Installation(folder, _named(server, name), 1)
    made.stock()
    made.close()
    yield name, made.system.keys
    _administer(server, f"drop database {name} with (force)")


@pytest.fixture
def install(
    tmp_path: Path, _template: tuple[str, str], _stocked: tuple[str, Path], port: int
) -> Iterator[Callable[..., Installation]]:
    """Makes the installation, with a company as told, whose mail goes to `inbox`."""
    (server, _), (stocked, keys) = _template, _stocked
    name = f"{stocked}_{next(_NUMBERS)}"
    _administer(server, f"create database {name} template {stocked}")
    shutil.copytree(keys, tmp_path / "home" / "keys")
    made: list[Installation] = []

    def make(**company: Any) -> Installation:
        made.append(Installation(tmp_path, _named(server, name), port, **company))
        return made[-1]

    yield make
    for one in made:
        one.close()
    _administer(server, f"drop database {name} with (force)")


@pytest.fixture
def house(install: Callable[..., Installation]) -> Installation:
    """An installation whose company leaves everything as it comes."""
    return install()
