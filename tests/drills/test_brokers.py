"""The broker drill, short, on the broker that needs no server."""

from __future__ import annotations

import pytest

from tests.drills.brokers import drill, folder


@pytest.mark.drill
def test_wake_ups_that_are_lost_and_doubled_change_nothing() -> None:
    assert drill(folder, actions=50).broken == []
