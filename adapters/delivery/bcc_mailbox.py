"""A mailbox that gets a blind copy of every message: one that lies there has left.

That one does not lie there proves nothing, so this probe never says 'absent'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path
from typing import Final

from adapters.delivery.evidence import DeliveryEvidence, InDoubt
from engine.errors import AdapterError

_HEADERS: Final = BytesHeaderParser(policy=compat32)
#: Bytes read of a file to learn which message it is.
_HEAD: Final = 64 << 10


class BccMailbox:
    """A Maildir folder, read only. Names of files are kept, so each is opened once while the process lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}

    def look_for(self, messages: Mapping[str, InDoubt], now: datetime) -> Mapping[str, DeliveryEvidence]:  # noqa: ARG002  the port
        """Messages whose copy has arrived with the very body that was sent. Raises AdapterError when the folder cannot
        be read."""
        found: dict[str, DeliveryEvidence] = {}
        for path in self._files():
            identity = self._identity(path)
            if identity in messages and identity not in found:
                received = _read(path)
                if received is not None and _body(received) == _body(messages[identity].content):
                    found[identity] = DeliveryEvidence(
                        "delivered", _head(received), f"a blind copy has arrived in {self._folder.name}"
                    )
        return found

    def _files(self) -> Iterator[Path]:
        try:
            for name in ("new", "cur"):
                yield from sorted((self._folder / name).iterdir())
        except OSError as error:
            raise AdapterError(f"The mailbox {self._folder} cannot be read: {error.strerror}.") from error

    def _identity(self, path: Path) -> str:
        """The Message-ID of a file; reading a message moves its file from new/ to cur/ and adds flags after a colon."""
        name = path.name.partition(":")[0]
        if name not in self._known:
            data = _read(path, _HEAD)
            if data is None:
                return ""
            self._known[name] = str(_HEADERS.parsebytes(data)["message-id"] or "").strip()
        return self._known[name]


def _read(path: Path, size: int = -1) -> bytes | None:
    """The file; None when it was moved meanwhile: it is found under its new name the next time."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AdapterError(f"The mailbox file {path} cannot be read: {error.strerror}.") from error


def _lines(message: bytes) -> bytes:
    """With one kind of line end, and none at the end: servers store their own."""
    return re.sub(rb"\r\n|\r", b"\n", message).rstrip(b"\n")


def _head(message: bytes) -> bytes:
    return _lines(message).partition(b"\n\n")[0]


def _body(message: bytes) -> bytes:
    return _lines(message).partition(b"\n\n")[2]
