"""Codes a banking application fills a transfer from: ZBP 2D for PLN, EPC for EUR.

Sources: Polish Bank Association (ZBP), recommendation on the 2D code of a transfer, 2013; European Payments Council,
EPC069-12. A code says what the page says or is not made: nothing that matters is cut off.
"""

from __future__ import annotations

from typing import Final

import segno
from segno.helpers import make_epc_qr

from documents.identifiers import nip as checked_nip
from engine.money import Money

_ZBP_LONGEST: Final = 160
_ZBP_PAYEE: Final = 20
_ZBP_TITLE: Final = 32
_ZBP_MOST: Final = 999_999
_EPC_MOST: Final = 99_999_999_999


def payment_qr(
    money: Money, *, iban: str, payee: str, nip: str | None, title: str, bic: str | None
) -> segno.QRCode | None:
    """The code of a transfer; None where there is none for the currency, the amount or the account."""
    if money.currency == "PLN":
        text = zbp_text(money, iban=iban, payee=payee, nip=nip, title=title)
        return segno.make(text, error="l", boost_error=False, micro=False, encoding="utf-8") if text else None
    if money.currency == "EUR" and 0 < money.minor <= _EPC_MOST and len(title) <= 140:
        return make_epc_qr(name=payee[:70], iban=iban, amount=money.amount, text=title, bic=bic, encoding="utf-8")
    return None


def zbp_text(money: Money, *, iban: str, payee: str, nip: str | None, title: str) -> str | None:
    """Nine fields with bars between them: payee's NIP, country, account of 26 digits, six digits of grosze, payee,
    title, three reserved.

    None for another currency, an account outside Poland, an amount that six digits do not hold, a title above 32
    characters. Raises ValidationError when the check digit of the NIP is wrong.
    """
    if money.currency != "PLN" or not 0 < money.minor <= _ZBP_MOST or len(title) > _ZBP_TITLE:
        return None
    account = iban.removeprefix("PL")
    if len(account) != 26 or not account.isdigit():
        return None
    number = checked_nip(nip) if nip else ""
    name = _field(payee)[:_ZBP_PAYEE].strip()
    text = "|".join((number, "PL", account, f"{money.minor:06d}", name, _field(title), "", "", ""))
    return text if len(text) <= _ZBP_LONGEST else None


def _field(text: str) -> str:
    """Without the bar, which separates fields."""
    return " ".join(text.replace("|", " ").split())
