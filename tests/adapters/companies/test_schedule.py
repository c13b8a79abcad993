from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from marshmallow import ValidationError

from adapters.companies.schedule import ScheduleSchema
from engine.execution.occurrences import Plan

WARSAW = ZoneInfo("Europe/Warsaw")


def load(**written: Any) -> Plan:
    plan: Plan = ScheduleSchema().load(written)
    return plan


def test_a_plan_is_read_from_the_company() -> None:
    assert load() == Plan(WARSAW)
    assert load(sync=["14:00", "06:00"], run="06:30", zone="Europe/Berlin", days="daily") == Plan(
        ZoneInfo("Europe/Berlin"), (time(6), time(14)), time(6, 30), "daily"
    )
    assert load(sync="05:15").sync == (time(5, 15),)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"run": 990}, "in quotes"),
        ({"run": "6:30"}, "in quotes"),
        ({"run": "25:00"}, "not a time of day"),
        ({"sync": "often"}, "not a time of day"),
        ({"sync": [None]}, "not a time of day"),
        ({"zone": "Europe/Nowhere"}, "not a time zone"),
        ({"zone": "/etc"}, "not a time zone"),
        ({"zone": "Europe"}, "not a time zone"),
        ({"days": "sometimes"}, "Must be one of"),
        ({"runs": "06:30"}, "Unknown"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused(written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        load(**written)
