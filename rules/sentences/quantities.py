"""Values as people write them: amounts, days, hours, dates, names; Polish with its plurals and cases."""

from __future__ import annotations

from datetime import date
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal

from engine.facts.catalogue import Fact
from engine.money import Money, exponent
from engine.ruleset.condition import FactValue
from rules.sentences.words import CHOICES, QUOTED, Language

#: one, few (2-4, 22-24 ...), many; then the same after 'od' and 'do'.
_DAYS: Final = (("dzień", "dni", "dni"), ("dnia", "dni", "dni"))
_HOURS: Final = (("godzina", "godziny", "godzin"), ("godziny", "godzin", "godzin"))


def polish_form(number: int) -> int:
    """Which Polish plural goes with a number: 0 for one, 1 for few (2, 3, 4, 22), 2 for many (0, 5, 12, 21)."""
    number = abs(number)
    if number == 1:
        return 0
    return 1 if number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14} else 2


def days(number: int, language: Language, *, genitive: bool = False) -> str:
    """1 dzień, 2 dni, 5 dni; 1 day, 2 days. genitive: as Polish needs it after 'od' and 'do'."""
    if language == "pl":
        return f"{number} {_DAYS[genitive][polish_form(number)]}"
    return f"{number} day" if abs(number) == 1 else f"{number} days"


def _hours(number: int, language: Language, *, genitive: bool) -> str:
    if language == "pl":
        return f"{number} {_HOURS[genitive][polish_form(number)]}"
    return f"{number} hour" if abs(number) == 1 else f"{number} hours"


def _due(number: int, language: Language, *, genitive: bool) -> str:
    """A day counted from the due date."""
    if number == 0:
        if language == "en":
            return "the due date"
        return "dnia terminu płatności" if genitive else "w dniu terminu płatności"
    side = {"pl": ("po terminie", "przed terminem"), "en": ("after the due date", "before the due date")}[language]
    return f"{days(abs(number), language, genitive=genitive)} {side[number < 0]}"


def money(minor: int, currency: str, language: Language) -> str:
    """1 000,00 PLN or 1,000.00 PLN."""
    digits = exponent(currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return f"{format_decimal(Money(currency, minor).amount, pattern, locale=language)} {currency}"


def quantity(fact: Fact, value: FactValue, currency: str, language: Language, *, genitive: bool = False) -> str:
    """One value of a fact in words. genitive: the Polish case after 'od' and 'do'."""
    if isinstance(value, str):
        return CHOICES[value][language] if fact.type == "choice" else QUOTED[language].format(value)
    number = int(value or 0)
    if fact.type == "money":
        return money(number, currency, language) if currency else str(number)
    if fact.type == "date":
        return format_date(date.fromordinal(number), "d MMMM yyyy", locale=language)
    if fact.type == "percent":
        return f"{number}%"
    return _counted(fact, number, language, genitive=genitive)


def _counted(fact: Fact, number: int, language: Language, *, genitive: bool) -> str:
    if fact.name == "days_past_due":
        return _due(number, language, genitive=genitive)
    if fact.type == "days":
        return days(number, language, genitive=genitive)
    return _hours(number, language, genitive=genitive) if fact.name == "source_age_hours" else str(number)
