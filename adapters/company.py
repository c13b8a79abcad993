"""What Monitum must know of a company besides its books: who writes the letters, who is told, what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml
from marshmallow import Schema, ValidationError, fields, post_load, validate

from documents.model import DebtorRegisterSchema, SenderSchema, first_problem
from engine.errors import InvalidInput

Mode = Literal["automatic", "proposal"]
#: The series of a company that has but one.
MAIN_SERIES = "main"
_KINDS = ("remind", "suspend", "reinstate", "notify")


@dataclass(frozen=True, slots=True)
class Company:
    """One company. `sender`: the creditor as printed on messages (documents.model.SenderSchema); `mail_from`: the
    address mails come from. `modes`: per action kind, whether it happens by itself (the default) or waits for a person.

    `staff`: internal addressee (account_manager, credit_controller) -> e-mail; a customer's own account manager goes
    first. `webhook`: endpoint that is told of suspension and resumption, signed with `webhook_secret`.
    """

    source: str
    sender: Mapping[str, Any]
    mail_from: str
    modes: Mapping[str, Mode] = field(default_factory=dict)
    staff: Mapping[str, str] = field(default_factory=dict)
    country: str = "PL"
    pack: str = "pl"
    webhook: str | None = None
    webhook_secret: str | None = None
    #: Days a message gives to pay, by stage; '*' for the others, 'notice' for the stage that precedes suspension.
    deadlines: Mapping[str, int] = field(default_factory=dict)
    #: Formats of numbers (documents.numbering) by kind of document and series; the main series has the kind's own.
    numbering: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The debtor register that warnings name: name, address.
    debtor_register: Mapping[str, str] | None = None
    #: The endpoint is inside the company's own network, so a private address is allowed.
    webhook_internal: bool = False

    def mode(self, kind: str) -> Mode:
        """How actions of a kind happen."""
        return self.modes.get(kind, "automatic")

    def number_format(self, kind: str, series: str) -> str | None:
        """The format of a series' numbers; None: the kind's own. Raises InvalidInput for a series nobody set up."""
        form = self.numbering.get(kind, {}).get(series)
        if form is None and series != MAIN_SERIES:
            raise InvalidInput(
                f"Series '{series}' has no format: write numbering.{kind}.{series} in company.yaml.", field="series"
            )
        return form

    def deadline(self, stage: str | None, *, notice: bool) -> int:
        """Days a message of a stage gives to pay: 7, and 14 for the notice, unless the company says otherwise."""
        default = self.deadlines.get("notice", 14) if notice else self.deadlines.get("*", 7)
        return self.deadlines.get(stage or "", default)


class _CompanySchema(Schema):
    source = fields.String(required=True)
    sender = fields.Nested(SenderSchema, required=True)
    mail_from = fields.Email(required=True)
    modes = fields.Dict(
        keys=fields.String(validate=validate.OneOf(_KINDS)),
        values=fields.String(validate=validate.OneOf(("automatic", "proposal"))),
    )
    staff = fields.Dict(
        keys=fields.String(validate=validate.OneOf(("account_manager", "credit_controller"))), values=fields.Email()
    )
    country = fields.String(validate=validate.Length(equal=2))
    pack = fields.String()
    webhook = fields.Url(schemes={"http", "https"}, require_tld=False)
    webhook_internal = fields.Boolean()
    debtor_register = fields.Nested(DebtorRegisterSchema)
    numbering = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String()))
    deadlines = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True, validate=validate.Range(1, 365)))

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Company:
        return Company(**data)


def load_company(path: Path, *, webhook_secret: str | None = None) -> Company:
    """Read a company.yaml. Raises InvalidInput naming file and field."""
    try:
        company: Company = _CompanySchema().load(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}. Each source needs a company.yaml beside its mapping.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: not valid YAML: {error}") from error
    except ValidationError as error:
        name, problem = first_problem(error.messages_dict)
        raise InvalidInput(f"{path}: {name}: {problem}", field=name) from error
    return _with_secret(company, webhook_secret)


def _with_secret(company: Company, secret: str | None) -> Company:
    if company.webhook and not secret:
        raise InvalidInput(
            f"Company '{company.source}' has a webhook but MONITUM_WEBHOOK_SECRET is not set.", field="webhook"
        )
    return replace(company, webhook_secret=secret)
