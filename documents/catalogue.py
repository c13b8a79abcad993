"""Which documents there are: one folder a kind, found by scanning documents/<cc>/<kind>/kind.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

import yaml
from marshmallow import Schema, ValidationError, fields, validate

from documents.claims.balance import BalanceConfirmationSchema
from documents.claims.claim import ClaimPackageSchema
from documents.claims.compensation import CompensationNoteSchema
from documents.claims.interest import InterestNoteSchema
from documents.claims.statement import AccountStatementSchema
from documents.invoicing.correction import CorrectionSchema
from documents.invoicing.invoice import InvoiceSchema, ProformaSchema
from documents.invoicing.particulars import CorrectingNoteSchema, CorrectionRequestSchema
from documents.model import CustomerMessageSchema, ModelSchema, ServiceNoticeSchema, StaffMessageSchema
from engine.errors import InvalidInput, NotFound
from engine.field_messages import first_message

Language = Literal["pl", "en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = ("pl", "en", "de")
Audience = Literal["customer", "staff", "counsel"]
Layout = Literal["letter", "invoice"]
#: What a kind.yaml may name as its model.
SCHEMAS: Final[Mapping[str, type[ModelSchema]]] = {
    "customer_message": CustomerMessageSchema,
    "staff_message": StaffMessageSchema,
    "service_notice": ServiceNoticeSchema,
    "invoice": InvoiceSchema,
    "proforma": ProformaSchema,
    "correction": CorrectionSchema,
    "correcting_note": CorrectingNoteSchema,
    "correction_request": CorrectionRequestSchema,
    "interest_note": InterestNoteSchema,
    "compensation_note": CompensationNoteSchema,
    "balance_confirmation": BalanceConfirmationSchema,
    "account_statement": AccountStatementSchema,
    "claim_package": ClaimPackageSchema,
}

_ROOT: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of message.

    `title`: what people call it, by language. `audience`: 'customer', 'staff' for internal messages, 'counsel' for who
    sues. `letter`: a
    PDF letter goes with the mail. `model`: the schema its model is checked by. `country`: the folder it stands in;
    'eu' holds what is worded without the law of one country. `folder`: wording.<language>.yaml, sample.yaml.
    `layout`: how its page is set (documents/layout). `numbering`: the format of its numbers, for kinds that are
    issued under one (documents.register.numbering).
    """

    name: str
    country: str
    title: Mapping[str, str]
    audience: Audience
    letter: bool
    model: type[ModelSchema]
    folder: Path
    layout: Layout = "letter"
    numbering: str | None = None

    def sample(self) -> Mapping[str, object]:
        """The example model shipped with the kind, for previews and tests."""
        loaded: Mapping[str, object] = yaml.safe_load((self.folder / "sample.yaml").read_text("utf-8"))
        return loaded


class _KindSchema(Schema):
    title = fields.Dict(fields.String(validate=validate.OneOf(LANGUAGES)), fields.String(), required=True,
                        validate=validate.Length(equal=len(LANGUAGES)))  # fmt: skip
    audience = fields.String(required=True, validate=validate.OneOf(get_args(Audience)))
    letter = fields.Boolean(required=True)
    model = fields.String(required=True, validate=validate.OneOf(tuple(SCHEMAS)))
    layout = fields.String(load_default="letter", validate=validate.OneOf(("letter", "invoice")))
    numbering = fields.String(load_default=None)


def language_for(code: str | None) -> Language:
    """The language a message is written in for a customer's language code ('de', 'de-AT'): English where there is no
    wording in the customer's own."""
    spoken = (code or "").lower().replace("_", "-").partition("-")[0]
    return next((language for language in LANGUAGES if language == spoken), "en")


def read_kinds(root: Path) -> Mapping[str, DocumentKind]:
    """Every kind under root/<cc>/<kind>/kind.yaml, by name.

    Raises InvalidInput naming the file for a malformed kind.yaml and for a name used twice.
    """
    kinds: dict[str, DocumentKind] = {}
    for path in sorted(root.glob("*/*/kind.yaml")):
        kind = _read(path)
        if kind.name in kinds:
            raise InvalidInput(f"{path}: the kind '{kind.name}' exists already in {kinds[kind.name].folder}.")
        kinds[kind.name] = kind
    return MappingProxyType(kinds)


def _read(path: Path) -> DocumentKind:
    try:
        loaded = _KindSchema().load(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        field, problem = first_message(error.messages_dict)
        raise InvalidInput(f"{path}: {field}: {problem}", field=field) from error
    except yaml.YAMLError as error:
        raise InvalidInput(f"{path}: {error}") from error
    return DocumentKind(
        name=path.parent.name,
        country=path.parent.parent.name,
        title=MappingProxyType(loaded["title"]),
        audience=loaded["audience"],
        letter=loaded["letter"],
        model=SCHEMAS[loaded["model"]],
        folder=path.parent,
        layout=loaded["layout"],
        numbering=loaded["numbering"],
    )


@cache
def kinds() -> Mapping[str, DocumentKind]:
    """The shipped kinds, by name."""
    return read_kinds(_ROOT)


def kind_of(name: str) -> DocumentKind:
    """The shipped kind of this name. Raises NotFound."""
    try:
        return kinds()[name]
    except KeyError:
        raise NotFound("document kind", name) from None
