"""Looking up a taxpayer's account in the flat file of the white list, as the Ministry of Finance publishes it."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from documents.fields import Iban
from documents.identifiers import nip
from engine.errors import InvalidInput
from engine.field_messages import first_message
from engine.law.tax.white_list import FlatFile, Listing


class _Shape(Schema):
    class Meta:
        unknown = EXCLUDE


class _Header(_Shape):
    day = fields.Date(format="%Y%m%d", data_key="dataGenerowaniaDanych", required=True)
    rounds = fields.Integer(data_key="liczbaTransformacji", required=True, validate=validate.Range(1, 100_000))


def _texts(value: object) -> None:
    """The real lists have millions of entries: a field for each would take minutes."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValidationError("Not a list of texts.")


class _File(_Shape):
    header = fields.Nested(_Header, data_key="naglowek", required=True)
    active = fields.Raw(data_key="skrotyPodatnikowCzynnych", required=True, validate=_texts)
    exempt = fields.Raw(data_key="skrotyPodatnikowZwolnionych", required=True, validate=_texts)
    masks = fields.Raw(data_key="maski", required=True, validate=_texts)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> FlatFile:
        return FlatFile(**data.pop("header"), **data)


def look_up(file: Any, taxpayer: str, account: str) -> Listing:
    """What a flat file, as plain JSON data, says of a NIP and a Polish account (26 digits or an IBAN).

    Raises InvalidInput naming the field: `taxpayer`, `account` or `file`.
    """
    digits = "".join(account.split()).upper().removeprefix("PL")
    try:
        known = nip(taxpayer)
    except ValidationError as error:
        raise InvalidInput(str(error.messages[0]), field="taxpayer") from error
    try:
        iban = Iban().deserialize(f"PL{digits}")
    except ValidationError as error:
        raise InvalidInput(str(error.messages[0]), field="account") from error
    try:
        list_of_day: FlatFile = _File().load(file)
    except ValidationError as error:
        name, problem = first_message(error.messages_dict)
        raise InvalidInput(f"{name}: {problem}", field="file") from error
    return list_of_day.find(known, iban.removeprefix("PL"))
