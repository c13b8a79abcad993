"""The drill of reinstatement behind a queue, short."""

from __future__ import annotations

import pytest

from tests.drills.reinstatement import drill


@pytest.mark.drill
def test_who_pays_is_served_again_while_a_queue_waits() -> None:
    assert drill(queue=250, payers=4, waves=1).broken == []
