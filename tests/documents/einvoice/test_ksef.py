"""KSEF-01 to KSEF-03: the examples of the Ministry's documentation."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from documents.einvoice.ksef import verification_url
from documents.identifiers import crc8, require_ksef_number

_OFFICIAL = "5265877635-20250826-0100001AF629-AF"


def test_the_official_number_is_right() -> None:
    require_ksef_number(_OFFICIAL)


@pytest.mark.parametrize(
    "number",
    [
        "5265877635-20250826-0100001AF629-AE",
        "5265877635-20250826-0100001af629-AF",
        "5265877635-20250826-0100001AF62-AF",
        f"{_OFFICIAL}\n",
        "",
    ],
)
def test_other_numbers_are_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        require_ksef_number(number)


@given(st.integers(0, 30), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_found(place: int, digit: str) -> None:
    wrong = _OFFICIAL[:place] + digit + _OFFICIAL[place + 1 :]
    if wrong != _OFFICIAL:
        with pytest.raises(ValidationError):
            require_ksef_number(wrong)


def test_the_check_value_of_the_standard() -> None:
    assert crc8(b"123456789") == 0xF4


def test_code_i_holds_seller_day_and_hash() -> None:
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"<x/>").digest()).rstrip(b"=").decode()
    url = verification_url(b"<x/>", "1111111111", dt.date(2026, 2, 1), host="qr-test.ksef.mf.gov.pl")
    assert url == f"https://qr-test.ksef.mf.gov.pl/invoice/1111111111/01-02-2026/{digest}"
    assert verification_url(b"<x/>", "1111111111", dt.date(2026, 2, 1)).startswith("https://qr.ksef.mf.gov.pl/invoice/")
