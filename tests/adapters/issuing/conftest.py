"""An installation with small books that runs, delivers and issues."""

from __future__ import annotations

from tests.adapters.queue.conftest import Inbox, _stocked, house, inbox, install, port, receiver

__all__ = ["Inbox", "_stocked", "house", "inbox", "install", "port", "receiver"]
