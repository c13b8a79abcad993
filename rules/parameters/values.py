"""What values of each kind of parameter look like in YAML, and what the engine makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from engine.errors import InvalidInput
from engine.law.claims.compensation import Mid, Tier
from engine.law.claims.limitation import Period
from engine.law.claims.suit import CourtFee, FeeStep
from engine.law.conduct.balance_confirmation import ConfirmationTime
from engine.law.conduct.contact import ContactRule, Frequency
from engine.law.conduct.suspension import Wait
from engine.money import Money, parse_money

_PERCENT: Final = re.compile(r"-?\d{1,3}\.\d{2}", re.ASCII)
_MID: Final = re.compile(r"\d{1,6}\.\d{4}", re.ASCII)


def _whole(low: int, high: int) -> fields.Integer:
    return fields.Integer(strict=True, required=True, validate=validate.Range(low, high))


def hundredths(raw: object) -> int:
    """Hundredths of a percent: 1125 for '11.25'. Raises ValidationError."""
    if not isinstance(raw, str) or not _PERCENT.fullmatch(raw):
        raise ValidationError(f"'{raw}' is not a rate; write percent with two decimals, such as 11.25.")
    return int(raw.replace(".", ""))


def _count(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise ValidationError(f"'{raw}' is not a whole number.")
    return raw


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise ValidationError(f"'{raw}' is neither yes nor no.")
    return raw


def money(raw: object) -> Money:
    """Money from '200 PLN'. Raises ValidationError."""
    try:
        return parse_money(raw if isinstance(raw, str) else str(raw))
    except InvalidInput as error:
        raise ValidationError(str(error)) from error


class _Money(fields.Field[Money]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Money:
        del attr, data, kwargs
        return money(value)


class _TierShape(Schema):
    amount = _Money(required=True)
    at_least = _Money()
    more_than = _Money()


def _tiers(raw: object) -> tuple[Tier, ...]:
    loaded = _TierShape(many=True).load(_list(raw))
    tiers = tuple(_tier(one) for one in loaded)
    bounds = [tier.bound.minor for tier in tiers[1:] if tier.bound]
    if tiers[0].bound or len(bounds) != len(tiers) - 1 or bounds != sorted(bounds):
        raise ValidationError("The first lump sum has no bound, and the others have rising ones.")
    return tiers


def _tier(one: Mapping[str, Any]) -> Tier:
    bounds = [(one[key], key == "at_least") for key in ("at_least", "more_than") if key in one]
    if len(bounds) > 1:
        raise ValidationError("A lump sum has one of 'at_least' and 'more_than'.")
    return Tier(one["amount"], *bounds[0]) if bounds else Tier(one["amount"])


class _MidShape(Schema):
    mid = fields.String(required=True, validate=validate.Regexp(_MID, error="must be PLN with four decimals."))
    published = fields.Date(required=True)


def _mid(raw: object) -> Mid:
    loaded = _MidShape().load(_mapping(raw))
    published: date = loaded["published"]
    return Mid(int(loaded["mid"].replace(".", "")), published)


class _PeriodShape(Schema):
    years = _whole(1, 100)
    to_year_end = fields.Boolean(required=True, truthy={True}, falsy={False})


class _WaitShape(Schema):
    before_notice = _whole(0, 365)
    before_restriction = fields.Integer(strict=True, load_default=None, validate=validate.Range(0, 365))
    before_cut = _whole(0, 365)
    unpaid_periods = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 12))


class _FrequencyShape(Schema):
    channels = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    most = _whole(1, 100)
    days = _whole(1, 365)


class _ContactShape(Schema):
    working_days = fields.List(_whole(0, 24), required=True, validate=validate.Length(equal=2))
    other_days = fields.List(_whole(0, 24), load_default=None, validate=validate.Length(equal=2))
    frequencies = fields.List(fields.Nested(_FrequencyShape), load_default=list)


def _contact(raw: object) -> ContactRule:
    loaded = _ContactShape().load(_mapping(raw))
    working, other = loaded["working_days"], loaded["other_days"]
    frequencies = tuple(Frequency(tuple(one["channels"]), one["most"], one["days"]) for one in loaded["frequencies"])
    return ContactRule((working[0], working[1]), (other[0], other[1]) if other else None, frequencies)


class _FeeStepShape(Schema):
    up_to = _Money(required=True)
    fee = _Money(required=True)


class _CourtFeeShape(Schema):
    steps = fields.List(fields.Nested(_FeeStepShape), required=True, validate=validate.Length(min=1))
    share = fields.Raw(required=True)
    known_to = _Money(required=True)
    part = fields.Raw(required=True)
    least = _Money(required=True)
    unit = _Money(required=True)


def _court_fee(raw: object) -> CourtFee:
    loaded = _CourtFeeShape().load(_mapping(raw))
    steps = tuple(FeeStep(step["up_to"].minor, step["fee"].minor) for step in loaded["steps"])
    share, part = (Fraction(hundredths(loaded[name]), 10_000) for name in ("share", "part"))
    return CourtFee(steps, share, loaded["known_to"].minor, part, loaded["least"].minor, loaded["unit"].minor)


class _WindowShape(Schema):
    months = _whole(1, 12)
    days = _whole(0, 92)


def _mapping(raw: object) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise ValidationError("must be a mapping of keys to values.")
    return raw


def _list(raw: object) -> list[Any]:
    if not isinstance(raw, list) or not raw:
        raise ValidationError("must be a list, each entry on its own line with '- '.")
    return raw


#: Kind of a parameter -> reader of its values. Each raises ValidationError.
KINDS: Final[Mapping[str, Callable[[object], Any]]] = {
    "rate": hundredths,
    "days": _count,
    "working_days": _count,
    "months": _count,
    "years": _count,
    "flag": _flag,
    "money": money,
    "compensation": _tiers,
    "exchange_rate": _mid,
    "limitation": lambda raw: Period(**_PeriodShape().load(_mapping(raw))),
    "suspension": lambda raw: Wait(**_WaitShape().load(_mapping(raw))),
    "contact": _contact,
    "court_fee": _court_fee,
    "window": lambda raw: ConfirmationTime(**_WindowShape().load(_mapping(raw))),
}
