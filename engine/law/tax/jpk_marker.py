"""What a row of JPK_V7(3) carries instead of, or as, a KSeF number; judged on the day of filing."""

from __future__ import annotations

from typing import Literal, TypeAlias

from engine.errors import InvalidInput

#: How a document came to be: in KSeF, in its announced failure, by offline24 or in an unavailability, outside KSeF by
#: right (consumers, exempt sellers, total failure), or no invoice at all.
Origin: TypeAlias = Literal["ksef", "failure", "offline", "outside", "other"]
#: NrKSeF: the number; OFF: issued in a failure; DI: to be corrected once numbered, or no invoice; BFK: outside KSeF.
Marker: TypeAlias = Literal["NrKSeF", "OFF", "DI", "BFK"]

_WITHOUT_NUMBER: dict[Origin, Marker] = {
    "failure": "OFF", "offline": "DI", "outside": "BFK", "other": "DI",
}  # fmt: skip


def jpk_marker(origin: Origin, *, numbered: bool) -> Marker:
    """The marker of a row whose document has, or has not yet, a KSeF number.

    Raises InvalidInput for an invoice of KSeF without one: it was not issued.
    """
    if numbered:
        return "NrKSeF"
    if origin not in _WITHOUT_NUMBER:
        raise InvalidInput("An invoice issued in KSeF has a number; without one it was not issued.", field="number")
    return _WITHOUT_NUMBER[origin]
