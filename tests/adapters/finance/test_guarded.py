"""Whatever the driver of a source raises, an AdapterError that names the source comes out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.finance.contract import Batch, Extract
from adapters.finance.guarded import GuardedSource
from engine.errors import AdapterError, InvalidInput


class Driver:
    """A source that raises at the place it is told to."""

    key, title, ledger_currency, jurisdiction = "shop", "A shop", "PLN", "pl"

    def __init__(self, error: Exception, where: str) -> None:
        self.error, self.where = error, where

    def fingerprint(self) -> str:
        if self.where == "fingerprint":
            raise self.error
        return "1"

    def extract(self) -> Extract:
        if self.where == "extract":
            raise self.error
        return Extract([], self.batches())

    def batches(self) -> Iterator[Batch]:
        yield Batch("customer", [(0, 1, "C1")])
        raise self.error


def read(source: GuardedSource) -> list[Batch]:
    source.fingerprint()
    return list(source.extract().batches)


@pytest.mark.parametrize("where", ["fingerprint", "extract", "batches"])
@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        (ZeroDivisionError("division by zero"), False),
        (OSError(5, "Input/output error"), False),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), False),
        (InvalidInput("no such column", field="x"), True),
        (AdapterError("half-written", permanent=True), True),
    ],
)
def test_the_error_is_told_in_one_line_that_begins_with_the_source(
    error: Exception, permanent: bool, where: str
) -> None:
    with pytest.raises(AdapterError) as raised:
        read(GuardedSource(Driver(error, where)))
    assert str(raised.value).startswith("shop: ")
    assert str(error).removeprefix("shop: ") in str(raised.value)
    assert raised.value.permanent is permanent


def test_what_ends_the_program_is_no_error_of_the_source() -> None:
    class Ended(BaseException):
        """A signal."""

    with pytest.raises(Ended):
        read(GuardedSource(Driver(Ended(), "batches")))  # type: ignore[arg-type]  that is the point
