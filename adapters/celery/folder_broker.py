"""A broker for one machine: a folder with a file for each message.

Kombu's own transport writes a message in place, so a reader may find half of it, and keeps its routes in files that a
killed process leaves empty; either ends the worker that reads them. Here a message appears whole or not at all, one
that cannot be read is dropped (it was a wake-up, and another follows), and routes are kept in memory.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any, Final

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual

#: Scheme of the transport's URL.
SCHEME: Final = "folder"


class Channel(filesystem.Channel):
    """Messages of all queues in one folder, named so that they sort by age."""

    #: Routes of a broadcast would have to be shared; nothing here is broadcast.
    supports_fanout = False
    get_table = virtual.Channel.get_table

    def _put(self, queue: str, payload: Mapping[str, Any], **_: Any) -> None:  # type: ignore[override]  # Kombu has two
        folder = Path(self.data_folder_out)
        name = f"{time_ns():020}_{uuid.uuid4()}"
        draft = folder / f"{name}.draft"
        draft.write_text(json.dumps(payload), "utf-8")
        draft.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002  Kombu's signature
        """The oldest message that nobody else took. Raises queue.Empty."""
        for file in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            mine = file.with_name(f"{file.name}.{uuid.uuid4()}.taken")
            try:
                file.rename(mine)
                text = mine.read_text("utf-8")
                mine.unlink()
                return json.loads(text)
            except (OSError, ValueError):  # somebody else took it, or it is no message
                continue
        raise Empty


class Transport(filesystem.Transport):
    """Kombu's transport over such channels."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
