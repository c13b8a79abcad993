"""The shape of a document of parameters (rules/<cc>/parameters/*.yaml): keys, plain types, required or not."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, pre_load, validate

from engine.facts.catalogue import CUSTOMER_KINDS
from rules.parameters.values import KINDS

_NAME: Final = validate.Regexp(
    r"^[a-z][a-z0-9]*(_[a-z0-9]+)*\Z", error="must be lower case words joined by underscores."
)
_FILLED: Final = validate.Length(min=1, error="must not be empty.")
_CONFIDENCE: Final = validate.OneOf(("A", "B", "C"), error="must be one of: {choices}.")


class _Title(Schema):
    pl = fields.String(required=True, validate=_FILLED)
    en = fields.String(required=True, validate=_FILLED)


class _Basis(_Title):
    """Article and act; one text where it is the same in both languages. `de`: where German documents cite it."""

    de = fields.String(validate=_FILLED)

    @pre_load
    def both(self, data: Any, **_kwargs: Any) -> Any:
        """The one text in both languages."""
        return {"pl": data, "en": data} if isinstance(data, str) else data


class _Value(Schema):
    """`source` and `confidence`: where they differ from those of the parameter."""

    from_ = fields.Date(data_key="from", required=True)
    to = fields.Date(load_default=None, allow_none=True)
    value = fields.Raw(required=True)
    source = fields.String(validate=_FILLED)
    confidence = fields.String(validate=_CONFIDENCE)


class _Formula(Schema):
    """How a rate follows from another; `margin` in percentage points."""

    from_ = fields.Date(data_key="from", required=True)
    to = fields.Date(load_default=None, allow_none=True)
    reference = fields.String(required=True)
    factor = fields.Integer(strict=True, load_default=1)
    margin = fields.Raw(load_default="0.00")
    taken = fields.String(
        load_default="day", validate=validate.OneOf(("day", "half_year"), error="must be one of: {choices}.")
    )


class _Transition(Schema):
    day = fields.Date(required=True)
    old = fields.String(required=True)


_debtors = fields.String(validate=validate.OneOf(CUSTOMER_KINDS, error="must be one of: {choices}."))


class _Parameter(Schema):
    name = fields.String(required=True, validate=_NAME)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error="must be one of: {choices}."))
    title = fields.Nested(_Title, required=True)
    basis = fields.Nested(_Basis, required=True)
    verified_to = fields.Date(required=True)
    source = fields.String(load_default="")
    confidence = fields.String(required=True, validate=_CONFIDENCE)
    never = fields.List(_debtors, load_default=list)
    debtors = fields.List(_debtors)
    fixed = fields.Boolean(truthy={True}, falsy={False})
    formulas = fields.List(fields.Nested(_Formula))
    transition = fields.Nested(_Transition)
    values = fields.List(fields.Nested(_Value), required=True, validate=_FILLED)


class _DayOff(Schema):
    day = fields.Date(required=True)
    name = fields.String(required=True, validate=_FILLED)


class _Calendar(Schema):
    basis = fields.Nested(_Basis, required=True)
    source = fields.String(required=True, validate=_FILLED)
    from_ = fields.Date(data_key="from", required=True)
    verified_to = fields.Date(required=True)
    saturdays_from = fields.Date(required=True)
    days_off = fields.List(fields.Nested(_DayOff), required=True, validate=_FILLED)


class ParametersShape(Schema):
    """One document of a jurisdiction. Together its documents have each name once, and at most one calendar."""

    jurisdiction = fields.String(required=True, validate=_NAME)
    about = fields.String(load_default="")
    parameters = fields.List(fields.Nested(_Parameter), load_default=list)
    calendar = fields.Nested(_Calendar, load_default=None)
