"""A day has one reading under the formats of a mapping; formats that would give it two are refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.finance.csv_folder.notation.dates import contradiction, date_format, date_parser


@pytest.mark.parametrize(
    ("formats", "text", "day"),
    [
        (["%d.%m.%Y"], "1.2.2026", date(2026, 2, 1)),
        (["%d.%m.%Y %H:%M:%S"], "01.02.2026 23:59:59", date(2026, 2, 1)),
        (["%Y-%m-%d %H:%M:%S.%f"], "2026-02-01 00:00:00.000000000", date(2026, 2, 1)),
        (["%m/%d/%Y %I:%M %p"], "2/1/2026 12:00 AM", date(2026, 2, 1)),
        (["%d %B %Y"], "1 lutego 2026", date(2026, 2, 1)),
        (["%d-%b-%y"], "01-lut-26", date(2026, 2, 1)),
        (["%d. %B %Y"], "1. März 2026", date(2026, 3, 1)),
        (["%b %d, %Y"], "Feb 1, 2026", date(2026, 2, 1)),
        (["%Y%m%d"], "20260201", date(2026, 2, 1)),
        (["%y%j"], "26032", date(2026, 2, 1)),
        (["%d.%m.%y"], "01.02.69", date(1969, 2, 1)),
    ],
)
def test_a_day_is_read_as_the_mapping_says(formats: list[str], text: str, day: date) -> None:
    assert date_parser(formats)(text) == day


@pytest.mark.parametrize(
    ("shape", "texts"),
    [
        ("%d%m%Y", ["1112026", "112026", "011120266"]),
        ("%d.%m.%Y", ["30.02.2026", "1.2.26", "\u0660\u0661.02.2026", "01.02.2026 10:00", "0.1.2026", "01.02.0000"]),
        ("%Y-%m-%d", ["2026-2-30", "2026-13-01", "\uff12026-01-01", "2026-01-01T00:00"]),
        ("%y%j", ["26000", "26366", "2632"]),
        ("%d %b %Y", ["1 sometime 2026", "1 2026"]),
        ("%d.%m.%Y %H:%M", ["01.02.2026 24:00", "01.02.2026 10:60"]),
    ],
)
def test_what_is_not_written_so_is_no_day(shape: str, texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(ValueError, match="not a date written"):
            date_parser([shape])(text)


@pytest.mark.parametrize(
    "formats",
    [
        ["%d/%m/%Y", "%m/%d/%Y"],
        ["%Y-%m-%d", "%d.%m.%Y", "%Y-%d-%m"],
        ["%d%m%Y", "%Y%m%d"],
        ["%Y%m%d", "%d%m%Y"],
        ["%d.%m.%y", "%y.%m.%d"],
        ["%d%m%y", "%y%m%d"],
        ["%m-%d-%y", "%y-%m-%d"],
        ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"],
        ["%d %m %Y", "%m  %d  %Y"],
        ["%m.%d.%Y %I:%M %p", "%d.%m.%Y %I:%M %p"],
        ["%y/%m/%d", "%m/%d/%y"],
    ],
)
def test_formats_that_read_one_text_as_two_days_contradict_each_other(formats: list[str]) -> None:
    found = contradiction(formats)
    assert found is not None
    assert [date_format(one).day(found.text) for one in (found.first, found.second)] == [found.day, found.other]
    assert found.day != found.other


@pytest.mark.parametrize(
    "formats",
    [
        ["%d.%m.%Y", "%Y-%m-%d"],
        ["%d.%m.%Y", "%d.%m.%y"],
        ["%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"],
        ["%d/%m/%Y", "%m-%d-%Y"],
        ["%Y%m%d", "%Y-%m-%d"],
        ["%d %b %Y", "%d %B %Y"],
        ["%d.%m.%Y", "%d.%m.%Y"],
    ],
)
def test_formats_that_agree_stand_side_by_side(formats: list[str]) -> None:
    assert contradiction(formats) is None


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ("%d.%m", "a day needs"),
        ("%Y-%m", "a day needs"),
        ("%d.%m.%Y %y", "a day needs"),
        ("%d.%m.%m.%Y", "stands twice"),
        ("%Q", "no directive"),
        ("%Y-%m-%d %z", "no directive"),
        ("%x", "no directive"),
        ("%Y-%m-%d%", "no directive"),
        ("", "a day needs"),
        ("%d.%m.%Y %I:%M", "go together"),
    ],
)
def test_a_format_that_does_not_name_a_day_is_refused(shape: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        date_format(shape)


@given(
    shape=st.sampled_from(["%d.%m.%Y", "%Y%m%d", "%d%m%Y", "%m/%d/%Y", "%d %b %Y", "%y-%m-%d %H:%M", "%Y%j"]),
    number=st.integers(0, 36_000),
    padded=st.booleans(),
)
def test_a_day_written_in_a_format_is_read_back(shape: str, number: int, padded: bool) -> None:
    day = date(1970, 1, 1) + timedelta(number)
    found = date_format(shape)
    if "%y" in shape and day.year > 2068:
        return
    text = found.written(day, padded=padded or shape in {"%Y%m%d", "%d%m%Y"})
    assert found.day(text) == day
