"""A finance source whose every failure is an AdapterError that names the source, whatever its driver raises."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from adapters.finance.contract import Batch, Extract, FinanceSource, Mark
from engine.errors import AdapterError, InvalidInput, MonitumError

_LOG: Final = logging.getLogger(__name__)


class GuardedSource:
    """A FinanceSource around another. What cannot be foreseen of a driver is logged whole and told in one line."""

    def __init__(self, source: FinanceSource) -> None:
        self._source = source
        self.key = source.key
        self.title = source.title
        self.ledger_currency = source.ledger_currency
        self.jurisdiction = source.jurisdiction

    def fingerprint(self) -> str:
        """As the source's own. Raises AdapterError."""
        with adapter_errors(self.key):
            return self._source.fingerprint()

    def books_at(self) -> Sequence[Mark]:
        """As the source's own. Raises AdapterError."""
        with adapter_errors(self.key):
            return self._source.books_at()

    def extract(self) -> Extract:
        """As the source's own. Raises AdapterError, also while the batches are consumed."""
        with adapter_errors(self.key):
            extract = self._source.extract()
        return Extract(extract.origins, self._batches(extract.batches))

    def _batches(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        while True:
            with adapter_errors(self.key):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch


@contextmanager
def adapter_errors(name: str) -> Iterator[None]:
    """Whatever is raised inside leaves as an AdapterError that begins with the name of the source."""
    try:
        yield
    except AdapterError as error:
        error.args = (f"{name}: {error}",)
        raise
    except MonitumError as error:
        raise AdapterError(f"{name}: {error}", permanent=isinstance(error, InvalidInput)) from error
    except Exception as error:
        _LOG.exception("source %s", name)
        raise AdapterError(f"{name}: {type(error).__name__}: {error}") from error
