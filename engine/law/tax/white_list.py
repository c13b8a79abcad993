"""The flat file of the taxpayers' white list: hashes of taxpayer and account (VAT act art. 96b, Ministry's format)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha512
from typing import Literal, TypeAlias

from engine.errors import InvalidInput

#: An active taxpayer of VAT, or one exempt from it.
Status: TypeAlias = Literal["active", "exempt"]
_ACCOUNT = 26


@dataclass(frozen=True, slots=True)
class Listing:
    """What the file of a day says of a taxpayer's account. `status` None: it is not on the list. `mask`: of the virtual
    accounts among which it was found, None where the list has the account itself."""

    day: date
    nip: str
    account: str
    status: Status | None
    mask: str | None = None

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        return {
            "day": self.day.isoformat(),
            "nip": self.nip,
            "account": self.account,
            "status": self.status,
            "mask": self.mask,
        }


@dataclass(frozen=True, slots=True)
class FlatFile:
    """The list of a day. `rounds`: the number of transformations its header names; hashes of active and of exempt
    taxpayers' accounts; `masks` of virtual accounts."""

    day: date
    rounds: int
    active: Collection[str]
    exempt: Collection[str]
    masks: Sequence[str]

    def find(self, nip: str, account: str) -> Listing:
        """Look up a taxpayer (ten digits) with an account (26 digits), as it is and then by every mask it fits.

        Raises InvalidInput for an account or a mask of another length.
        """
        for mask in (None, *self.masks):
            seen = account if mask is None else masked(account, mask)
            if seen is not None and (status := self._status(account_hash(self.day, nip, seen, self.rounds))):
                return Listing(self.day, nip, account, status, mask)
        return Listing(self.day, nip, account, None)

    def _status(self, entry: str) -> Status | None:
        if entry in self.active:
            return "active"
        return "exempt" if entry in self.exempt else None


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
