"""What must be true of parameters: values follow one another without gaps, and rates are what their formula makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from engine.errors import ParameterMissing, ParameterNotVerified
from engine.law.claims.rates import Rates, half_year, percent
from engine.law.dated import DAY, Valid
from rules.language.problems import Path, Problems

#: Finds a rate by the name a formula uses; None when there is none.
Find = Callable[[str], Rates | None]


def check_timeline(values: Sequence[Valid[Any]], verified_to: date, path: Path, problems: Problems) -> None:
    """Note values that overlap, leave a gap, end before they begin, or do not reach the day they are verified to."""
    for index, value in enumerate(values):
        if value.last is not None and value.last < value.first:
            problems.add((*path, "values", index, "to"), f"'to' is {value.last}, before 'from'.")
    for index, (value, following) in enumerate(pairwise(values), start=1):
        if value.last is None or value.last + DAY != following.first:
            problems.add(
                (*path, "values", index, "from"),
                f"'from' is {following.first}; the value before it holds to {value.last or 'no day'}.",
                "Values follow one another without gap or overlap.",
            )
    if values and values[-1].last is not None and verified_to > values[-1].last:
        problems.add((*path, "verified_to"), f"'verified_to' is {verified_to}, after the last value.")
    if values and verified_to < values[-1].first:
        problems.add((*path, "verified_to"), f"'verified_to' is {verified_to}, before the last value begins.")


def check_calendar(raw: Mapping[str, Any], problems: Problems) -> None:
    """Note days off that are not in order or outside the calendar's days."""
    days = [one["day"] for one in raw["days_off"]]
    for index, day in enumerate(days):
        at = ("calendar", "days_off", index, "day")
        if not raw["from_"] <= day <= raw["verified_to"]:
            problems.add(at, f"{day} is outside the calendar.")
        if index and day <= days[index - 1]:
            problems.add(at, f"{day} does not follow {days[index - 1]}.")


def check_formulas(rates: Rates, find: Find, path: Path, problems: Problems) -> None:
    """Note every value that is not what its formula makes of the reference."""
    for place, formula in enumerate(rates.formulas):
        if find(formula.value.reference) is None:
            problems.add(
                (*path, "formulas", place, "reference"), f"There is no rate '{formula.value.reference}' to refer to."
            )
            return
    for index, value in enumerate(rates.values):
        at = (*path, "values", index, "value")
        try:
            wrong = next(((day, made) for day, made in _expected(rates, value, find) if value.value != made), None)
        except (ParameterMissing, ParameterNotVerified) as error:
            problems.add(at, str(error))
            continue
        if wrong:
            problems.add(
                at, f"{percent(value.value)} is not what the formula makes on {wrong[0]}: {percent(wrong[1])}."
            )


def _expected(rates: Rates, value: Valid[int], find: Find) -> Iterator[tuple[date, int]]:
    """The rate by formula on the first day of every stretch of a value that has one."""
    last = rates.verified_to if value.last is None else min(value.last, rates.verified_to)
    for formula in rates.formulas:
        first, end = max(value.first, formula.first), last if formula.last is None else min(last, formula.last)
        reference = find(formula.value.reference)
        if reference is None or first > end:
            continue
        if formula.value.taken == "half_year":
            yield first, formula.value.rate(reference.on(half_year(first)).value)
        else:
            for start, _, found in reference.over(first, end):
                yield start, formula.value.rate(found.value)
