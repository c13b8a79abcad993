"""A process that sends what waits until everything is settled or it is killed; it says when it begins."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from adapters.database.archive.store import Archive
from adapters.database.connection import connect
from adapters.ksef.client import OnlineKsef
from adapters.ksef.signing_in import Token
from adapters.ksef.submissions import Submissions
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import Conflict
from tests.adapters.database.documents.document_issuer import AT


def main() -> None:
    """sender URL FOLDER-OF-KEYS KSEF NIP"""
    url, keys, ksef, nip = sys.argv[1:]
    engine = connect(url)
    archive = Archive(engine, ArchiveKeys(Path(keys)))
    door = Submissions(engine, archive, lambda _, at: OnlineKsef(ksef, nip, Token("token-of-pl"), at=at))
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    while True:
        try:
            if all(one.state == "accepted" for one in door.send("pl", at=AT, looks=3, pause=0.02)):
                return
        except Conflict:  # the database has not noticed yet that the process before was killed
            time.sleep(0.05)


if __name__ == "__main__":
    main()
