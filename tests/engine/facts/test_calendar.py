"""Days by the calendar, and those on which a company does not dun."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.facts.calendar import NO_BLACKOUT, Blackout, calendar_facts, next_open_day, on_day

CHRISTMAS = Blackout(yearly=(((12, 24), (1, 1)),))


@pytest.mark.parametrize(
    ("day", "weekday", "of_month", "left", "month"),
    [
        (date(2026, 11, 30), "monday", 30, 0, "november"),
        (date(2028, 2, 28), "monday", 28, 1, "february"),
        (date(2027, 2, 28), "sunday", 28, 0, "february"),
        (date(2027, 1, 1), "friday", 1, 30, "january"),
    ],
)
def test_a_day_is_told_by_weekday_and_its_place_in_the_month(
    day: date, weekday: str, of_month: int, left: int, month: str
) -> None:
    assert calendar_facts(day, NO_BLACKOUT) == {
        "weekday": weekday,
        "day_of_month": of_month,
        "days_left_in_month": left,
        "month": month,
        "blackout_day": False,
    }


@pytest.mark.parametrize(
    ("blackout", "inside", "outside"),
    [
        (
            Blackout(periods=((date(2026, 12, 24), date(2027, 1, 2)),)),
            [date(2026, 12, 24), date(2027, 1, 2)],
            [date(2026, 12, 23), date(2027, 1, 3), date(2027, 12, 24)],
        ),
        (
            CHRISTMAS,
            [date(2026, 12, 24), date(2030, 12, 31), date(2027, 1, 1)],
            [date(2026, 12, 23), date(2027, 1, 2), date(2027, 6, 1)],
        ),
        (Blackout(yearly=(((2, 29), (2, 29)),)), [date(2028, 2, 29)], [date(2028, 2, 28), date(2027, 3, 1)]),
        (Blackout(weekdays=(4,)), [date(2026, 12, 4)], [date(2026, 12, 3), date(2026, 12, 5)]),
    ],
)
def test_periods_hold_both_their_ends(blackout: Blackout, inside: list[date], outside: list[date]) -> None:
    assert [day in blackout for day in inside] == [True] * len(inside)
    assert [day in blackout for day in outside] == [False] * len(outside)
    assert calendar_facts(inside[0], blackout)["blackout_day"] is True


def test_the_next_open_day_is_the_day_itself_or_the_first_after_the_period() -> None:
    assert next_open_day(date(2026, 12, 23), CHRISTMAS) == date(2026, 12, 23)
    assert next_open_day(date(2026, 12, 24), CHRISTMAS) == date(2027, 1, 2)
    always = Blackout(yearly=(((1, 1), (12, 31)),))
    assert next_open_day(date(2026, 12, 24), always) == date(2026, 12, 24)


def test_on_another_day_facts_that_were_told_otherwise_stay() -> None:
    day = date(2026, 11, 30)
    told = {**calendar_facts(day, NO_BLACKOUT), "blackout_day": True, "month": "may"}
    assert on_day(told, day, day + timedelta(days=1), NO_BLACKOUT) == {
        "weekday": "tuesday",
        "day_of_month": 1,
        "days_left_in_month": 30,
    }
