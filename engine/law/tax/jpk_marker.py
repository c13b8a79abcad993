"""What a row of JPK_V7(3) carries instead of, or as, a KSeF number; judged on the day of filing."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from engine.errors import InvalidInput
from engine.law.tax.offline24 import Mode

#: How a document came to be: by a mode of KSeF, outside it by right (consumers, exempt sellers), or no invoice at all.
Origin: TypeAlias = Mode | Literal["outside", "other"]
#: NrKSeF: the number; OFF: issued in a failure; DI: to be corrected once numbered, or no invoice; BFK: outside KSeF.
Marker: TypeAlias = Literal["NrKSeF", "OFF", "DI", "BFK"]

_WITHOUT_NUMBER: Final[dict[Origin, Marker]] = {
    "offline24": "DI",
    "unavailability": "DI",
    "failure": "OFF",
    "total_failure": "BFK",
    "outside": "BFK",
    "other": "DI",
}


def jpk_marker(origin: Origin, *, numbered: bool) -> Marker:
    """The marker of a row whose document has, or has not yet, a KSeF number.

    Raises InvalidInput for an invoice issued online without one: it was not issued.
    """
    if numbered:
        return "NrKSeF"
    if origin not in _WITHOUT_NUMBER:
        raise InvalidInput("An invoice issued in KSeF has a number; without one it was not issued.", field="number")
    return _WITHOUT_NUMBER[origin]
