from __future__ import annotations

import io
from decimal import Decimal

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from PIL import Image

from documents.invoicing.payment.qr import payment_qr, zbp_text
from engine.money import Money

_PLN = "PL61109010140000071219812874"
_EUR = "DE89370400440532013000"


def _zbp(minor: int = 123456, **changes: str | None) -> str | None:
    given: dict[str, str | None] = {
        "iban": _PLN,
        "payee": "Łącza Wschód sp. z o.o.",
        "nip": "1234563218",
        "title": "FV/1",
    }
    return zbp_text(Money("PLN", minor), **{**given, **changes})  # type: ignore[arg-type]


def _read(money: Money, iban: str) -> str | None:
    code = payment_qr(money, iban=iban, payee="Łącza Wschód", nip="1234563218", title="FV/00118/2026", bic=None)
    if code is None:
        return None
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=5, border=4)
    [found] = zxingcpp.read_barcodes(Image.open(picture))
    return found.text


def test_nine_fields_with_bars_between_them() -> None:
    assert _zbp() == "1234563218|PL|61109010140000071219812874|123456|Łącza Wschód sp. z o|FV/1|||"


def test_the_payee_may_have_no_number() -> None:
    assert (_zbp(nip=None) or "").startswith("|PL|")


@pytest.mark.parametrize("minor", [0, -1, 1_000_000])
def test_no_code_where_six_digits_do_not_hold_the_amount(minor: int) -> None:
    assert _zbp(minor) is None


def test_the_largest_and_the_smallest_amount_fit() -> None:
    assert "|999999|" in (_zbp(999_999) or "")
    assert "|000001|" in (_zbp(1) or "")


def test_no_code_for_an_account_abroad_or_a_title_that_would_be_cut() -> None:
    assert _zbp(iban=_EUR) is None
    assert _zbp(title="x" * 33) is None
    assert _zbp(title="x" * 32) is not None


def test_a_wrong_check_digit_of_the_payee_is_refused() -> None:
    with pytest.raises(ValidationError):
        _zbp(nip="1234563219")


@given(st.text(max_size=60), st.text(max_size=32), st.integers(1, 999_999))
def test_no_text_breaks_the_fields(payee: str, title: str, minor: int) -> None:
    text = _zbp(minor, payee=payee, title=title)
    assert text is None or (text.count("|") == 8 and len(text) <= 160)


def test_a_camera_reads_what_was_written() -> None:
    assert _read(Money("PLN", 457046), _PLN) == (
        "1234563218|PL|61109010140000071219812874|457046|Łącza Wschód|FV/00118/2026|||"
    )


def test_euro_has_the_code_of_the_epc() -> None:
    text = _read(Money("EUR", 253036), _EUR)
    assert text is not None
    lines = text.splitlines()
    assert lines[0] == "BCD"
    assert {"Łącza Wschód", _EUR, f"EUR{Decimal('2530.36')}", "FV/00118/2026"} <= set(lines)


@pytest.mark.parametrize("money", [Money("USD", 100), Money("EUR", 0), Money("EUR", -5), Money("PLN", 1_000_000)])
def test_no_code_for_other_currencies_and_amounts(money: Money) -> None:
    assert _read(money, _PLN) is None
