"""Invoices, proformas and corrections: parties, issue date, exchange rate and the limit of split payment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from documents.filling.request import Request, day_of
from documents.filling.sources import DocumentSources
from engine.errors import RateMissing
from engine.law.tax.exchange_day import rate_day, tax_point
from engine.money import Money


def bill(sources: DocumentSources, request: Request, *, supplied: object = None) -> dict[str, Any]:
    """The model of a bill with what it leaves open; `supplied`: the day that stands for that of the supply.

    Raises RateMissing, ParameterMissing, ParameterNotVerified.
    """
    known = {"seller": dict(request.sender), "issue_date": request.as_of, **request.given, "buyer": _buyer(request)}
    day = day_of(known["issue_date"])
    if day is None or day > request.as_of:
        return known  # refused when it is checked, with the field named
    limit = sources.law("pl").parameter("split_payment_above", Money).on(day).value
    known.setdefault("split_payment_above", limit.text)
    if isinstance(known.get("currency"), str) and known["currency"] != "PLN" and "exchange" not in known:
        known["exchange"] = _exchange(sources, known, day, supplied)
    return known


def _buyer(request: Request) -> object:
    """The buyer as given, or as the books have it with what was given besides: flags, a country."""
    printed, given = dict(request.buyer.printed), request.given.get("buyer", {})
    return {**printed, **given} if isinstance(given, dict) and "name" not in given else given


def _exchange(sources: DocumentSources, model: dict[str, Any], issued: date, given: object) -> dict[str, Any]:
    """The rate for tax, and the day of its table."""
    period = model.get("period")
    supplied = day_of(given or model.get("sale_date") or (period.get("last") if isinstance(period, dict) else None))
    point = tax_point(issued, supplied)
    rate: Decimal | None = sources.rates.rate(model["currency"], point)
    if rate is None:
        raise RateMissing(model["currency"], str(point))
    return {"rate": str(rate), "day": rate_day(point, sources.law("pl").days_off)}
