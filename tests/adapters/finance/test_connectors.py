"""Connectors are found by scanning, and what each delivers of its samples fits the contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.finance.connectors import connectors, open_source
from adapters.finance.contract import FIELDS
from engine.errors import InvalidInput

_TYPES = {"text": str, "date": date, "amount": Decimal, "flag": bool}
_SAMPLES = [pytest.param(path, id=f"{one.name}-{path.name}") for one in connectors().values() for path in one.samples]


def test_every_connector_has_a_sample_and_a_settings_file_of_its_own() -> None:
    assert all(one.samples for one in connectors().values())
    assert len({one.settings for one in connectors().values()}) == len(connectors())


@pytest.mark.parametrize("folder", _SAMPLES)
def test_the_rows_of_a_sample_have_the_types_of_the_contract(folder: Path) -> None:
    source = open_source(folder)
    before = source.fingerprint()
    extract = source.extract()
    tables = {origin.number: origin.table for origin in extract.origins}
    read = set()
    for batch in extract.batches:
        for number, line, *values in batch.rows:
            assert isinstance(number, int)
            assert isinstance(line, int)
            assert tables[number] == batch.table
            for spec, value in zip(FIELDS[batch.table], values, strict=True):
                assert isinstance(value, _TYPES[spec.type]) or (value is None and spec.optional), (spec, value)
            read.add(batch.table)
    assert {"customer", "document", "open_item"} <= read
    assert source.fingerprint() == before


def test_a_folder_that_no_connector_reads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"mapping\.yaml"):
        open_source(tmp_path)
