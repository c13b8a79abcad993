from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from adapters.crm.events import event_id, service_event
from engine.actions.kind import ServiceState
from engine.errors import InvalidInput

_MOMENT = dt.datetime(2026, 11, 24, 7, 0, tzinfo=dt.UTC)


def _event(state: ServiceState, moment: dt.datetime = _MOMENT) -> bytes:
    return service_event(
        state,
        source="polska",
        customer="K-00412",
        services=("łącze", "voip"),
        version=3,
        rules=("pl.suspend",),
        as_of=dt.date(2026, 11, 24),
        decided_at=moment,
    )


@pytest.mark.parametrize(("type_", "state"), [("service.suspended", "suspended"), ("service.reinstated", "active")])
def test_an_event_says_which_state_is_wanted_and_why(type_: str, state: ServiceState) -> None:
    assert json.loads(_event(state)) == {
        "type": type_,
        "timestamp": "2026-11-24T07:00:00+00:00",
        "data": {
            "source": "polska",
            "customer": "K-00412",
            "services": ["łącze", "voip"],
            "state": state,
            "version": 3,
            "rules": ["pl.suspend"],
            "as_of": "2026-11-24",
        },
    }


def test_the_same_event_is_the_same_bytes() -> None:
    assert _event("suspended") == _event("suspended")


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        _event("suspended", _MOMENT.replace(tzinfo=None))
    assert caught.value.field == "decided_at"


def test_the_id_of_an_action_never_changes_and_fits_a_header() -> None:
    assert event_id("polska:K-1:suspend:3") == event_id("polska:K-1:suspend:3")
    assert event_id("polska:K-1:suspend:3") != event_id("polska:K-1:suspend:4")
    assert re.fullmatch(r"msg_[0-9a-f]{40}", event_id("zażółć\r\n"))
