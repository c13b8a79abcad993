"""Timestamps of a real authority verify, with this program and with openssl; anything else is refused."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from adapters.database.archive.anchors.timestamps import stamp
from adapters.database.archive.store import Archive
from app.installation.clock import now
from archive.anchors.timestamp import Asked, TimestampRejected, certificates, stamped_at, trust, trusted
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import AdapterError, ArchiveBroken, NotFound
from tests.adapters.database.archive.archive_samples import append, sample
from tests.archive.anchors.timestamping import Authority, serving

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the authority")
DATA = b"example.org/log\n5\nroot\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


def test_an_authoritys_answer_verifies_here_and_with_openssl(authority: Authority) -> None:
    asked = Asked.over(DATA)
    answer = authority.answer(asked.der)
    at = stamped_at(answer, DATA, certificates(authority.root), asked.nonce)
    assert abs(now() - at) < timedelta(minutes=1)
    assert authority.verifies(answer, DATA)
    assert not authority.verifies(answer, DATA + b"x")


def test_what_is_no_timestamp_of_this_is_refused(authority: Authority, tmp_path: Path) -> None:
    asked = Asked.over(DATA)
    answer, roots = authority.answer(asked.der), certificates(authority.root)
    other = Authority(tmp_path / "other")
    wrong = (
        (answer, DATA + b"x", roots, asked.nonce),
        (answer, DATA, roots, (asked.nonce or 0) + 1),
        (answer, DATA, certificates(other.root), asked.nonce),
        (answer, DATA, [], asked.nonce),
        (answer[:-1], DATA, roots, asked.nonce),
        (b"", DATA, roots, asked.nonce),
    )
    for given in wrong:
        with pytest.raises(TimestampRejected):
            stamped_at(*given)
    for place in range(60, len(answer), 41):
        flipped = answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :]
        try:
            assert stamped_at(flipped, DATA, roots, asked.nonce) == stamped_at(answer, DATA, roots, asked.nonce)
        except TimestampRejected:
            continue


def test_checkpoints_are_stamped_kept_and_verified(
    database: Engine, superuser: Engine, authority: Authority, tmp_path: Path
) -> None:
    keys = ArchiveKeys(tmp_path / "keys")
    archive = Archive(database, keys)
    with serving(authority) as url:
        with pytest.raises(NotFound):
            stamp(database, keys, url)
        append(database, archive, [sample(number) for number in range(5)])
        archive.integrate()
        with pytest.raises(ArchiveBroken, match="No time-stamping authority is trusted"):
            stamp(database, keys, url)
        trust(keys.folder, authority.root)
        trust(keys.folder, authority.root)
        assert len(trusted(keys.folder)) == 1
        done = stamp(database, keys, url)
        assert (done.size, done.tsa) == (5, url)
        append(database, archive, [sample(6)])
        archive.integrate()
        assert stamp(database, keys, url).size == 6
    assert archive.verify().problems == ()
    with pytest.raises(AdapterError, match="does not answer"):
        stamp(database, keys, url)
    with database.connect() as connection:
        token, note = connection.execute(
            text("select token, note from archive_timestamp join archive_checkpoint using (size) where size = 5")
        ).one()
    assert authority.verifies(token, note.encode())
    for edit in (
        "update archive_timestamp set size = 7 where size = 5",
        "update archive_timestamp set token = (select token from archive_timestamp where size = 6) where size = 5",
        "update archive_timestamp set stamped_at = stamped_at - interval '1 day' where size = 5",
    ):
        with superuser.connect() as connection:
            connection.execute(text("alter table archive_timestamp disable trigger user"))
            connection.execute(text(edit))
            connection.commit()
        assert [problem.table for problem in archive.verify().problems] == ["archive_timestamp"], edit
        with superuser.begin() as connection:
            connection.execute(text("update archive_timestamp set size = 5 where size = 7"))
            connection.execute(
                text("update archive_timestamp set token = :token, stamped_at = :at where size = 5"),
                {"token": token, "at": done.at},
            )
    assert archive.verify().problems == ()
