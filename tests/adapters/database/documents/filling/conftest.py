"""An installation with small books that runs, delivers and issues; and books written for one test."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.adapters.conftest import Inbox, _stocked, house, inbox, install, port, receiver
from tests.adapters.database.documents.filling.books import Books

__all__ = ["Inbox", "_stocked", "books", "house", "inbox", "install", "port", "receiver"]


@pytest.fixture
def books(tmp_path: Path, database: Engine) -> Books:
    """Books with a business K1, a consumer K2 and a public health entity K3."""
    return Books(tmp_path, database)
