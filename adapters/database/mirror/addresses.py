"""E-mail addresses of customers as they come from the books: what is none is taken out of the row and noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from adapters.delivery.addresses import read_addresses
from adapters.finance.contract import FIELDS, Origin, Row

#: Kind of the finding (engine.facts.findings).
NO_ADDRESS: Final = "no_address"
#: The fields of a customer that hold addresses.
ADDRESS_FIELDS: Final = ("email", "dunning_email", "copies", "account_manager")
_NAMES: Final = [spec.name for spec in FIELDS["customer"]]
#: A row begins with its origin and line.
_BEFORE: Final = 2
_PLACES: Final = tuple((name, _BEFORE + _NAMES.index(name)) for name in ADDRESS_FIELDS)
_KEY: Final = _BEFORE + _NAMES.index("key")


class NoAddress(NamedTuple):
    """A text that is no address, as stage_finding has it."""

    customer: str
    code: str
    file: str
    line: int
    column: str
    value: str
    reason: str


def addressed(rows: Sequence[Row], origins: Mapping[int, Origin]) -> tuple[list[Row], list[NoAddress]]:
    """Rows of customers with the addresses that they have in the form in which they are kept; and what is none."""
    read: list[Row] = []
    found: list[NoAddress] = []
    for row in rows:
        written = {place: str(row[place]) for _, place in _PLACES if row[place] is not None}
        if not written:
            read.append(row)
            continue
        values = list(row)
        for name, place in _PLACES:
            if place in written:
                told = read_addresses(written[place])
                values[place] = told.text
                found += [_finding(row, origins, name, *wrong) for wrong in told.wrong]
        read.append(tuple(values))
    return read, found


def _finding(row: Row, origins: Mapping[int, Origin], field: str, value: str, reason: str) -> NoAddress:
    number, line, *_ = row
    origin = origins[int(str(number))]
    column = origin.labels.get(field, field)
    return NoAddress(str(row[_KEY]), NO_ADDRESS, origin.file, int(str(line)), column, value[:200], reason[:300])
