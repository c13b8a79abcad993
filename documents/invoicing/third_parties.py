"""Who else an invoice is about: the unit that receives, the one that pays, the factor, further buyers.

Source: schema FA(3) 1-0E, Podmiot3 and TRolaPodmiotu3. KSeF makes an invoice visible to a subordinate unit of local
government (JST) or to a member of a VAT group (GV) by its Podmiot3 with the role of the recipient, and by that alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from documents.fields import Address, Line, Number
from documents.identifiers import internal_id
from documents.invoicing.parties import country, tax_number
from documents.model import Model, refused
from documents.parts import AccountSchema

FACTOR: Final = "factor"
RECIPIENT: Final = "recipient"
ADDITIONAL_BUYER: Final = "additional_buyer"
ISSUER: Final = "issuer"
OTHER: Final = "other"
#: The flag of the buyer -> the role of the unit that the invoice is for.
UNITS: Final = MappingProxyType({"jst": "local_government_recipient", "gv": "vat_group_recipient"})
#: Role -> its number in FA(3); 'other' is written out.
ROLES: Final = MappingProxyType(
    {
        FACTOR: "1",
        RECIPIENT: "2",
        "predecessor": "3",
        ADDITIONAL_BUYER: "4",
        ISSUER: "5",
        "payer": "6",
        "local_government_issuer": "7",
        UNITS["jst"]: "8",
        "vat_group_issuer": "9",
        UNITS["gv"]: "10",
        "employee": "11",
        OTHER: None,
    }
)
_BY_NUMBER: Final = {number: role for role, number in ROLES.items() if number}


class ThirdPartySchema(Schema):
    """`role`: its name, or its number in FA(3); what 'other' is says `role_description`. `tax_id`: as of a buyer;
    `internal_id`: the number by which a taxpayer tells its units apart (IDWew). `share`: percent that an additional
    buyer buys. `account`: where to pay a factor."""

    role = fields.String(
        required=True, validate=validate.OneOf(tuple(ROLES), error="'{input}' is not a role; there is {choices}.")
    )
    role_description = Line(load_default=None, longest=256)
    key = Line(load_default=None, longest=256)
    name = Line(required=True, longest=512)
    address = Address(load_default=list, validate=validate.Length(max=6))
    country = country(load_default="PL")
    tax_id = Line(load_default=None, longest=50)
    internal_id = Line(load_default=None, longest=16)
    share = Number(
        places=6, load_default=None, validate=validate.Range(min=0, max=100, min_inclusive=False, max_inclusive=False)
    )
    account = fields.Nested(AccountSchema, load_default=None)

    @pre_load
    def _named(self, data: Any, **_: object) -> Any:
        if isinstance(data, dict) and "role" in data:
            return {**data, "role": _BY_NUMBER.get(str(data["role"]), data["role"])}
        return data

    @validates_schema
    def _of_its_role(self, data: dict[str, Any], **_: object) -> None:
        role = data["role"]
        for name, its_role in (("role_description", OTHER), ("share", ADDITIONAL_BUYER), ("account", FACTOR)):
            if data[name] is not None and role != its_role:
                raise ValidationError(f"Is for the role '{its_role}' alone.", name)
        if role == OTHER and data["role_description"] is None:
            raise ValidationError("Say what the party is to the invoice.", "role_description")

    @validates_schema
    def _numbered(self, data: dict[str, Any], **_: object) -> None:
        if data["tax_id"] is not None and data["internal_id"] is not None:
            raise ValidationError("Write tax_id or internal_id, not both.", "internal_id")
        for name, read in (("tax_id", lambda text: tax_number(text, data["country"])), ("internal_id", internal_id)):
            if data[name] is not None:
                try:
                    data[name] = read(data[name])
                except ValidationError as error:
                    raise ValidationError(error.messages, name) from None
        if data["role"] in UNITS.values():
            if data["country"] != "PL":
                raise ValidationError("A unit of local government or of a VAT group is in Poland.", "country")
            if data["tax_id"] is None and data["internal_id"] is None:
                raise ValidationError("Is missing: without NIP or internal_id KSeF shows it nothing.", "tax_id")


def relate(model: Model) -> None:
    """Set the buyer's flags `jst` and `gv` where they follow from the third parties, and the `payee` that is not the
    seller; hold the parties against the buyer and each other. Raises InvalidInput naming the field."""
    buyer, parties = model["buyer"], model["third_parties"]
    for flag, role in UNITS.items():
        buyer[flag] = _flag(buyer, flag, [index for index, party in enumerate(parties) if party["role"] == role])
    for index, party in enumerate(parties):
        where = f"third_parties.{index}"
        if party["role"] in UNITS.values() and party["tax_id"] == buyer["tax_id"]:
            raise refused(f"{where}.tax_id", "is the buyer's own; write the unit's, or its internal_id")
        if party["role"] == ISSUER and model["self_billing"]:
            raise refused(f"{where}.role", "with self_billing the buyer issues the invoice")
        if party["account"] and party["account"]["currency"] not in {None, model["currency"]}:
            raise refused(f"{where}.account", f"takes {party['account']['currency']}, not {model['currency']}")
    _shares(parties)
    _factor(model)


def _flag(buyer: Model, flag: str, units: Sequence[int]) -> bool:
    given: bool | None = buyer[flag]
    if given and not units:
        number = ROLES[UNITS[flag]]
        raise refused(
            "third_parties", f"buyer.{flag} is said, so a party of the role '{UNITS[flag]}' ({number}) belongs here"
        )
    if given is False and units:
        raise refused(f"buyer.{flag}", f"is false, yet third_parties.{units[0]} has the role '{UNITS[flag]}'")
    if units and (buyer["kind"] != "business" or buyer["country"] != "PL"):
        raise refused(f"buyer.{flag}", "is for a Polish taxpayer: units of other buyers are of the role 'recipient'")
    return bool(units)


def _shares(parties: Sequence[Model]) -> None:
    """What further buyers buy leaves something to the buyer; all of them say it, or none."""
    shares = [(index, party["share"]) for index, party in enumerate(parties) if party["role"] == ADDITIONAL_BUYER]
    stated = [share for _, share in shares if share is not None]
    if stated and len(stated) < len(shares):
        missing = next(index for index, share in shares if share is None)
        raise refused(f"third_parties.{missing}.share", "is missing: another buyer's is stated")
    if sum(stated, Decimal(0)) >= 100:
        raise refused(f"third_parties.{shares[-1][0]}.share", "leaves nothing to the buyer: the shares are 100 or more")


def _factor(model: Model) -> None:
    """Whom to pay: the factor where one with an account is named, else the seller."""
    paid = [index for index, party in enumerate(model["third_parties"]) if party["account"]]
    if len(paid) > 1:
        raise refused(f"third_parties.{paid[1]}.account", "two factors cannot both be paid")
    model["payee"] = model["third_parties"][paid[0]] if paid else None
    if paid and model["payment"]["account"]:
        raise refused("payment.account", f"third_parties.{paid[0]} says where to pay: leave one of the two out")
    if paid:
        model["payment"]["account"] = model["payee"]["account"]
