"""The race drill, short; and it finds the fault it is there to find."""

from __future__ import annotations

import pytest

from tests.drills.races import drill


@pytest.mark.drill
def test_nobody_is_suspended_whose_payment_was_known() -> None:
    assert drill(200).broken == []


@pytest.mark.drill
def test_workers_that_do_not_look_again_are_found_out() -> None:
    broken = drill(40, careless=True).broken
    assert [line for line in broken if line.startswith("nobody was suspended whose payment was known")]
