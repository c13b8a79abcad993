"""What the law leaves open: named choices with a default; every result carries the values it was made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, get_args, get_type_hints

from engine.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices. Each has its mark (P1 to P12) and its alternatives in docs/law.md."""

    #: P1 each printed row is rounded and the rows are summed, so that a letter adds up; or the sum is rounded once.
    rounding: Literal["each_row", "once"] = "each_row"
    #: P2 one row for each row of the rate table; or neighbours with equal rates become one row.
    equal_rates: Literal["separate", "merged"] = "separate"
    #: P3 interest "as of a day" includes that day; or ends on the day before.
    last_day: Literal["counted", "excluded"] = "counted"
    #: P4 a due date on a Saturday or a day off moves (k.c. art. 115); or stays.
    day_off: Literal["moved", "kept"] = "moved"
    #: P5 a year has 365 days; or days of leap years count 1/366.
    year: Literal["365", "actual"] = "365"
    #: P6 the day of maturity is the effective due date; or the day after it.
    maturity: Literal["due_date", "day_after"] = "due_date"
    #: P6 limitation runs from the reading that ends earliest; or from the due date as written, as moved, or the day
    #: after it.
    limitation: Literal["earliest", "due_date", "effective_due_date", "day_after"] = "earliest"
    #: P7 compensation for each invoice; or one for each letter.
    compensation_per: Literal["invoice", "letter"] = "invoice"
    #: P7 most compensations in one letter.
    compensations_most: int = 10
    #: P8 a payment covers interest before principal (k.c. art. 451 par. 1); or principal first.
    payment_order: Literal["interest_first", "principal_first"] = "interest_first"
    #: P9 no interest on compensation; or at the statutory rate (k.c. art. 481).
    compensation_interest: Literal["none", "statutory"] = "none"
    #: P10 contact by our stricter hours and frequency; or by those of the industry's code.
    contact: Literal["strict", "industry"] = "strict"
    #: P11 interest of transactions from before a change of regime: ask; split at the change; or keep the old rate.
    before_transition: Literal["refuse", "split", "old"] = "refuse"
    #: P12 a day without a verified value stops the calculation. There is no other way: nothing is extrapolated.
    unverified: Literal["stop"] = "stop"

    @classmethod
    def of(cls, choices: Mapping[str, object]) -> Policy:
        """The defaults with some choices made otherwise. Raises InvalidInput naming the policy and what it may be."""
        chosen: dict[str, Any] = {name: _choice(name, value) for name, value in choices.items()}
        return replace(cls(), **chosen)

    def used(self, *names: str) -> dict[str, object]:
        """Some choices as plain data; all of them without names."""
        return {name: getattr(self, name) for name in names or POLICIES}


#: The names of all choices, and the alternatives of each; none where it is a number.
POLICIES: Final = tuple(field.name for field in fields(Policy))
ALTERNATIVES: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(get_args(hint)) for name, hint in get_type_hints(Policy).items() if name in POLICIES
}
DEFAULTS: Final = Policy()


def _choice(name: str, value: object) -> Any:
    if name not in POLICIES:
        raise InvalidInput(f"There is no policy '{name}'. Known: {', '.join(POLICIES)}.", field=name)
    if ALTERNATIVES[name]:
        if value not in ALTERNATIVES[name]:
            raise InvalidInput(f"Policy '{name}' is one of: {', '.join(ALTERNATIVES[name])}.", field=name)
        return value
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or not text.isascii():
        raise InvalidInput(f"Policy '{name}' is a whole number.", field=name)
    return int(text)
