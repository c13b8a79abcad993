"""Money as integer minor units with a currency; Decimal only at the edges, float never."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from engine.errors import InvalidInput

#: Digits after the decimal mark where they are not two (ISO 4217).
EXPONENTS: Final[dict[str, int]] = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip

#: Digits in a row, or in groups of three with blanks between them; decimals behind a point; the currency.
_WRITTEN: Final = re.compile(r"(-?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+))(?:\.([0-9]+))? ([A-Z]{3})", re.ASCII)
_THOUSAND: Final = 3


def exponent(currency: str) -> int:
    """Digits after the decimal mark of an ISO 4217 currency: 2 for PLN, 0 for JPY, 3 for KWD."""
    return EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (grosz, cent) of one currency."""

    currency: str
    minor: int

    @classmethod
    def of(cls, amount: Decimal | str, currency: str) -> Money:
        """Money from a decimal amount in major units, rounded half up to the minor unit.

        Raises InvalidInput when the amount is not a finite number.
        """
        try:
            value = Decimal(amount)
            if not value.is_finite():
                raise InvalidInput(f"'{amount}' is not an amount.")
            minor = int(value.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_UP))
        except InvalidOperation as error:
            raise InvalidInput(f"'{amount}' is not an amount.") from error
        return cls(currency, minor)

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    @property
    def text(self) -> str:
        """The amount in major units with all its decimals, as JSON and messages have it: '1234.50'."""
        return str(self.amount)

    def __str__(self) -> str:
        return f"{self.amount:.{exponent(self.currency)}f} {self.currency}"

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise InvalidInput(f"{self.currency} and {other.currency} cannot be added.")
        return Money(self.currency, self.minor + other.minor)


def money_json(minor: int, currency: str) -> dict[str, str]:
    """An amount of minor units as plain data: every decimal of the currency, as text."""
    return {"amount": f"{Money(currency, minor).amount:.{exponent(currency)}f}", "currency": currency}


def parse_money(text: str) -> Money:
    """Read '50 PLN', '1 000.50 EUR' or '1000.5 EUR': what a person has written.

    A point before three digits may have been meant as one of thousands, so more decimals than the currency has are
    refused. Raises InvalidInput for that and for anything else, saying what to write.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(f"'{text}' is not money; write an amount and a currency, such as '50 PLN' or '1000.50 EUR'.")
    whole, decimals, currency = found[1].replace(" ", ""), found[2] or "", found[3]
    require_decimals(len(decimals), currency, text)
    return Money.of(f"{whole}.{decimals or 0}", currency)


def require_decimals(count: int, currency: str, text: str) -> None:
    """Refuse an amount with more decimals than its currency has. `text`: as it was written. Raises InvalidInput."""
    most = exponent(currency)
    if count <= most:
        return
    has = f"{currency} has {most} decimals" if most else f"{currency} has no decimals"
    advice = " If the point was to part thousands, leave it out." if count == _THOUSAND else ""
    raise InvalidInput(f"'{text}' has {count} decimals, and {has}.{advice}")
