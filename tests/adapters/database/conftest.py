"""An installation that lives through some days, for tests of what it remembers."""

from tests.adapters.conftest import _stocked, house, inbox, install, port

__all__ = ["_stocked", "house", "inbox", "install", "port"]
