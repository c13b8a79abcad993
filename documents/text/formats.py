"""How amounts, dates and counts are written in each language; all rules come from CLDR through Babel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal


@dataclass(frozen=True, slots=True)
class Formats:
    """The conventions of one language. `currency` and `short` are CLDR patterns; None takes the locale's own.
    `percent`: the sign with what stands before it."""

    locale: Locale
    currency: str | None
    short: str
    percent: str
    days: Mapping[str, str]

    def money(self, money: Mapping[str, object]) -> str:
        """{'currency': 'PLN', 'amount': Decimal} as '1 234,56 zł', 'PLN 1,234.56', '1.234,56 PLN'; no blank breaks."""
        amount, currency = money["amount"], money["currency"]
        if not isinstance(amount, Decimal) or not isinstance(currency, str):
            raise TypeError(f"{money!r} is not money.")
        return format_currency(amount, currency, format=self.currency, locale=self.locale)

    def number(self, number: Decimal) -> str:
        """'1 234,5': as many decimals as it has, no needless zeros."""
        return format_decimal(number, format="#,##0.##########", locale=self.locale)

    def price(self, price: Decimal) -> str:
        """The same with at least two decimals."""
        return format_decimal(price, format="#,##0.00########", locale=self.locale)

    def date(self, day: dt.date) -> str:
        """'5 marca 2026', '5 March 2026', '5. März 2026'; day and month stay on one line."""
        return format_date(_require_day(day), "long", locale=self.locale).replace(" ", "\N{NO-BREAK SPACE}", 1)

    def short_date(self, day: dt.date) -> str:
        """'05.03.2026', '5 Mar 2026': never one that reads as another day elsewhere."""
        return format_date(_require_day(day), self.short, locale=self.locale)

    def plural(self, count: int, **forms: str) -> str:
        """The form for a count: one, few, many in Polish; one, other in English and German."""
        return forms[self.locale.plural_form(abs(count))]

    def count_days(self, count: int) -> str:
        """'1 dzień', '2 dni', '5 days', '5 Tage'."""
        return f"{count}\N{NO-BREAK SPACE}{self.plural(count, **self.days)}"


def _require_day(day: dt.date) -> dt.date:
    """Babel takes None for today, and numbers for moments. Raises TypeError for what is no day."""
    if not isinstance(day, dt.date):
        raise TypeError(f"{day!r} is no day.")
    return day


_LANGUAGES: Final = {
    "pl": ("pl", None, "dd.MM.yyyy", "%", {"one": "dzień", "few": "dni", "many": "dni"}),
    "de": ("de_DE", None, "dd.MM.yyyy", "\N{NO-BREAK SPACE}%", {"one": "Tag", "other": "Tage"}),
    "en": ("en_GB", "¤¤\N{NO-BREAK SPACE}#,##0.00", "d MMM yyyy", "%", {"one": "day", "other": "days"}),
}


@cache
def formats(language: str) -> Formats:
    """The conventions of a language."""
    locale, currency, short, percent, days = _LANGUAGES[language]
    return Formats(Locale.parse(locale), currency, short, percent, days)
