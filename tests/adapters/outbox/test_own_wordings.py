"""Reminders in a company's own words: what leaves, what the archive keeps, and what a hostile wording cannot do."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.companies.company import load_company
from engine.errors import InvalidInput
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DAY, ITEMS, Installation
from tests.adapters.outbox.test_dispatch import body

_OWN = (
    "subject: Prośba\nheading: Prośba o zapłatę\nblocks:\n- paragraph: Dzień dobry z naszej firmy,\n- items\n- totals\n"
)
_SLOW = (
    "subject: Prośba\nheading: h\nblocks:\n- items\n- paragraph: \"{% for c in '"
    + "x" * 40_000
    + "' %}"
    + "{% if c == 'y' %}x{% endif %}" * 60
    + '{% endfor %}"\n'
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The company's Polish reminder."""
    path = tmp_path / "own" / "reminder" / "wording.pl.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(_OWN, "utf-8")
    return path


def _documents(house: Installation) -> dict[str, str]:
    """What the intent's entry names."""
    with house.system.database.engine.connect() as connection:
        query = text("select max(id) from archive_entry where kind = 'action:intended'")
        entry = connection.execute(query).scalar_one()
    return dict(house.system.records.archive.entry(entry).documents)


def test_a_reminder_leaves_in_the_companys_words_and_the_archive_keeps_them(
    own: Path, install: Callable[..., Installation], inbox: Inbox
) -> None:
    house = install(wordings="../own")
    house.day(DAY, ITEMS)
    assert house.deliver(DAY) == {"done": 1}
    assert "Dzień dobry z naszej firmy" in body(inbox.kept[0])
    digest = sha256(_OWN.encode()).hexdigest()
    assert _documents(house) == {digest: "application/yaml", house.action().message_hash: "message/rfc822"}
    own.unlink()
    assert house.system.records.archive.content(digest) == _OWN.encode()
    assert house.system.records.archive.verify().problems == ()


def test_without_own_words_the_archive_keeps_the_message_alone(house: Installation) -> None:
    house.day(DAY, ITEMS)
    house.deliver(DAY)
    assert list(_documents(house).values()) == ["message/rfc822"]


def test_a_wording_that_does_not_end_holds_its_message_and_names_the_block(
    own: Path, install: Callable[..., Installation], inbox: Inbox
) -> None:
    own.write_text(_SLOW, "utf-8")
    house = install(wordings="../own")
    house.day(DAY, ITEMS)
    assert house.deliver(DAY) == {"held": 1}
    assert house.action().outcome == "own/reminder/wording.pl.yaml: blocks.1: this takes more than 3000000 steps."
    assert inbox.kept == []


def test_a_folder_of_wordings_that_is_not_there_is_refused(house: Installation) -> None:
    path = house.source / "company.yaml"
    path.write_text(path.read_text("utf-8") + "wordings: nowhere\n", "utf-8")
    with pytest.raises(InvalidInput, match="wordings: there is no folder") as caught:
        load_company(path)
    assert caught.value.field == "wordings"
