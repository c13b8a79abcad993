"""What `monitum law` prints: the working as tables, or rates as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import click

from app.commands.law.labels import LABELS
from app.commands.output import print_table
from engine.errors import ParameterMissing, ParameterNotVerified
from engine.law.claims.compensation import Compensation
from engine.law.claims.interest import Interest
from engine.law.claims.limitation import DemandGuard, Limitation
from engine.law.claims.payments import Settlement
from engine.law.claims.rates import Rates, percent
from engine.law.claims.suit import SuedInterest
from engine.money import Money
from rules.sentences.words import Language


def words(language: Language, *names: str) -> tuple[str, ...]:
    """Headings of columns."""
    return tuple(LABELS[name][language] for name in names)


def say(language: Language, name: str, value: object) -> None:
    """Print one figure with its label; a flag as yes or no."""
    if isinstance(value, bool):
        value = LABELS["yes" if value else "no"][language]
    click.echo(f"{LABELS[name][language].rstrip('#')}: {value}")


def _policies(language: Language, used: Any) -> None:
    say(language, "policy", ", ".join(f"{name}={value}" for name, value in used.items()))


def show_interest(found: Interest, language: Language) -> None:
    """Segments, their sum, the basis and the policies."""
    currency = found.principal.currency
    rows: list[tuple[object, ...]] = [
        (
            segment.first,
            segment.last,
            segment.days,
            percent(segment.rate),
            Money(currency, segment.amount),
            segment.source,
        )
        for segment in found.segments
    ]
    rows.append((LABELS["total"][language], "", found.days, "", found.amount, ""))
    title = f"{found.principal} · {found.rates}"
    print_table(words(language, "from", "to", "days", "rate", "interest", "source"), rows, title=title)
    if found.due:
        say(language, "due", found.due)
    say(language, "basis", found.basis[language])
    _policies(language, found.as_json()["policy"])


def show_sued(found: SuedInterest, language: Language) -> None:
    """Interest on the principal, interest on interest since the suit, and both."""
    show_interest(found.interest, language)
    say(language, "since_suit", found.filed)
    show_interest(found.on_interest, language)
    say(language, "total", found.total)


def show_settlement(settled: Settlement, language: Language) -> None:
    """What each payment covered, and the segments of interest between payments."""
    currency = settled.principal.currency
    names = ("paid", "to_interest", "to_principal", "excess", "principal_left", "interest_left")
    print_table(
        words(language, "day", *names),
        [(step.day, *(Money(currency, getattr(step, name)) for name in names)) for step in settled.steps],
        title=f"{settled.principal}",
    )
    print_table(
        words(language, "from", "to", "days", "principal", "rate", "interest", "source"),
        [
            (
                row.first,
                row.last,
                row.days,
                step.interest.principal,
                percent(row.rate),
                Money(currency, row.amount),
                row.source,
            )
            for step in settled.steps
            for row in step.interest.segments
        ],
    )
    say(language, "interest", settled.interest)
    say(language, "due", settled.due)
    _policies(language, settled.as_json()["policy"])


def show_compensation(found: Compensation, accrued: Interest | None, language: Language) -> None:
    """Claim, lump sum, exchange rate, amount; interest on it where it was asked for."""
    say(language, "claim", found.claim)
    say(language, "maturity", found.maturity)
    say(language, "lump_sum", found.lump)
    if found.mid:
        say(language, "mid", f"{found.mid}, {found.mid.published}")
    say(language, "compensation", found.amount)
    say(language, "basis", found.basis[language])
    say(language, "source", found.source)
    _policies(language, found.as_json()["policy"])
    if accrued:
        click.echo(LABELS["compensation_interest"][language])
        show_interest(accrued, language)


def show_limitation(found: Limitation, guard: DemandGuard | None, language: Language) -> None:
    """Every reading, the chosen one, and whether the claim may be demanded."""
    chosen = LABELS["chosen"][language]
    print_table(
        (*words(language, "reading", "years", "last_day"), ""),
        [
            (LABELS[name][language], found.years, day, chosen if day == found.last_day else "")
            for name, day in found.readings.items()
        ],
    )
    for name, value in guard.as_json().items() if guard else ():
        say(language, name, value)
    say(language, "basis", found.basis[language])
    say(language, "source", found.source)
    _policies(language, found.as_json()["policy"])


def show_rate(rates: Rates, language: Language) -> None:
    """Every value of a rate."""
    print_table(
        words(language, "from", "to", "rate", "source", "confidence"),
        [(value.first, value.last, percent(value.value), value.source, value.confidence) for value in rates.values],
        title=f"{rates.name} · {rates.title[language]}",
    )
    say(language, "basis", rates.basis[language])
    say(language, "verified_to", rates.verified_to)
    if rates.fixed:
        click.echo(LABELS["fixed"][language])


def show_rates(listed: Iterable[Rates], day: date, language: Language) -> None:
    """Each rate on a day, and to when it was verified."""
    print_table(
        words(language, "name", "title", "rate", "verified_to", "basis"),
        [
            (rates.name, rates.title[language], _on(rates, day, language), rates.verified_to, rates.basis[language])
            for rates in listed
        ],
        title=str(day),
    )


def _on(rates: Rates, day: date, language: Language) -> str:
    try:
        return percent(rates.on(day).value)
    except ParameterNotVerified:
        return LABELS["not_verified"][language]
    except ParameterMissing:
        return LABELS["unknown"][language]


def rate_json(rates: Rates, day: date | None = None) -> Mapping[str, object]:
    """A rate with every value; with a day, only the value that holds on it, if one is verified."""
    covered = [value for value in rates.values if day is None or (value.covers(day) and day <= rates.verified_to)]
    return {
        "name": rates.name,
        "title": rates.title,
        "basis": rates.basis,
        "verified_to": rates.verified_to,
        "fixed": rates.fixed,
        "debtors": rates.debtors,
        "never": rates.never,
        "values": [
            {
                "from": value.first,
                "to": value.last,
                "rate_pct": percent(value.value),
                "source": value.source,
                "confidence": value.confidence,
            }
            for value in covered
        ],
    }
