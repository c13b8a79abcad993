"""The flat file of the taxpayers' white list: hashes of taxpayer and account (VAT act art. 96b, Ministry's format)."""

from __future__ import annotations

from datetime import date
from hashlib import sha512

from engine.errors import InvalidInput

_ACCOUNT = 26


def account_hash(day: date, nip: str, account: str, rounds: int) -> str:
    """The entry of a taxpayer and an account of 26 digits, or of its mask, in the file of a day.

    `rounds`: the number of transformations that the header of the file names.
    """
    text = f"{day:%Y%m%d}{nip}{account}"
    for _ in range(rounds):
        text = sha512(text.encode("ascii")).hexdigest()
    return text


def masked(account: str, mask: str) -> str | None:
    """An account as a mask of virtual accounts sees it: digits must be equal, Y is taken from the account, X stays X.

    None when the account is not of the mask. Raises InvalidInput when either has not 26 characters.
    """
    for field, text in (("account", account), ("mask", mask)):
        if len(text) != _ACCOUNT:
            raise InvalidInput(f"'{text}' has not {_ACCOUNT} characters.", field=field)
    pairs = list(zip(account, mask, strict=True))
    if any(sign.isdigit() and sign != digit for digit, sign in pairs):
        return None
    return "".join(digit if sign == "Y" else sign for digit, sign in pairs)
