"""A model file of a person, filled from the company, the books, the rates and the law."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from bootstrap import System
from documents.invoicing.limits import split_payment_above
from engine.errors import InvalidInput, RateMissing

_LARGEST: Final = 8 * 1024 * 1024


def read_model(path: Path) -> dict[str, Any]:
    """A model out of a YAML or JSON file, '-' for standard input. Raises InvalidInput naming the file."""
    text = sys.stdin.read() if str(path) == "-" else _text(path)
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInput(f"{path}: neither YAML nor JSON: {error}") from error
    if not isinstance(loaded, dict):
        raise InvalidInput(f"{path}: write a mapping of fields, such as 'currency: PLN'.")
    return loaded


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidInput(f"{path} is larger than {_LARGEST} bytes.")
        return path.read_text("utf-8")
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: not UTF-8.") from error


def filled(system: System, model: dict[str, Any], *, source: str, buyer: dict[str, Any], today: date) -> dict[str, Any]:
    """The model with what it leaves open: seller and buyer, issue date, exchange rate, limit of split payment.

    What the model says itself stays. Raises RateMissing when no rate is known.
    """
    known = {"seller": dict(system.company(source).sender), "buyer": buyer, "issue_date": today, **model}
    day = _day(known["issue_date"])
    if day is None:
        return known  # the model's check names the field
    limit = split_payment_above(day)
    if limit is not None:
        known.setdefault("split_payment_above", str(limit))
    if isinstance(known.get("currency"), str) and known["currency"] != "PLN" and "exchange" not in known:
        known["exchange"] = _exchange(system, known, day)
    return known


def _exchange(system: System, model: dict[str, Any], issued: date) -> dict[str, Any]:
    """The rate of the last working day before the tax point, or before issuing where that comes first (VAT act
    art. 31a par. 1 and 2)."""
    period = model.get("period")
    supplied = _day(model.get("sale_date") or (period.get("last") if isinstance(period, dict) else None))
    point = min(issued, supplied) if supplied else issued
    rate: Decimal | None = system.rates.rate(model["currency"], point)
    if rate is None:
        raise RateMissing(model["currency"], str(point))
    before = point - timedelta(days=1)
    while not system.working_day(before, "PL"):
        before -= timedelta(days=1)
    return {"rate": str(rate), "day": before}


def _day(value: object) -> date | None:
    """A day of YAML, or the text of one as JSON has it."""
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None
