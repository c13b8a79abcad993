"""What Monitum must know of a company besides its books: who writes the letters, who is told, what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from marshmallow import Schema, ValidationError, fields, post_load, validate

from adapters.companies.attachments import USUAL_LIMITS, Attached, AttachmentLimits, AttachmentLimitsSchema
from adapters.companies.blackout import BlackoutDays
from adapters.companies.quiet_days import QuietDays
from adapters.companies.schedule import ScheduleSchema
from documents.fields import Flag, Whole
from documents.parts import DebtorRegisterSchema, SenderSchema
from documents.register.numbering import MAIN_SERIES
from documents.text.wording import WordingText, own_wording
from documents.text.yaml_text import read_text_tree
from engine.actions import KINDS, STAFF
from engine.errors import InvalidInput
from engine.execution.occurrences import Plan
from engine.facts.calendar import NO_BLACKOUT, Blackout
from engine.facts.catalogue import SECTORS
from engine.facts.freshness import USUAL, Freshness
from engine.facts.legal import Terms
from engine.field_messages import first_message
from engine.law.policy import DEFAULTS, Policy

Mode = Literal["automatic", "proposal"]


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
    #: Formats of numbers (documents.register) by kind of document and series; the main series has the kind's own.
    numbering: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The debtor register that warnings name: name, address.
    debtor_register: Mapping[str, str] | None = None
    #: Address that gets a blind copy of every mail, the Maildir where the copies arrive, and the mail server's log:
    #: they tell the delivery status of a message when the server gave no answer.
    copy_to: str | None = None
    copies: Path | None = None
    mta_log: Path | None = None
    #: When its books are synchronized and its days decided; None: only on command.
    schedule: Plan | None = None
    #: What the law leaves open (engine.law.policy, P1 to P12), and the sector of services whose source names none.
    policy: Policy = DEFAULTS
    sector: str = "default"
    #: Hours after which the books are too old to act against a customer on, and the days on which no export comes and
    #: hours do not count (engine.facts.freshness).
    fresh_hours: int = USUAL.hours
    quiet_days: tuple[str, ...] = ()
    #: Days on which it does not dun (adapters.companies.blackout).
    blackout_days: Blackout = NO_BLACKOUT
    #: Folder of the company's own wordings, <kind>/wording.<language>.yaml; a kind it has none of is worded as shipped.
    wordings: Path | None = None
    #: Where its books and company.yaml lie; the PDFs that the books name are below it.
    folder: Path | None = None
    #: What reminders carry besides the letter where a rule does not say, and how much of it.
    attach: tuple[str, ...] = ()
    attachments: AttachmentLimits = USUAL_LIMITS
    #: The endpoint is inside the company's own network, so a private address is allowed.
    webhook_internal: bool = False

    @property
    def terms(self) -> Terms:
        """What the facts of the law depend on."""
        zone = self.schedule.zone.key if self.schedule else USUAL.zone
        freshness = Freshness(self.fresh_hours, self.quiet_days, self.country, zone)
        return Terms(self.policy, self.sector, freshness, self.blackout_days)

    def mode(self, kind: str) -> Mode:
        """How actions of a kind happen."""
        return self.modes.get(kind, "automatic")

    def wording(self, kind: str, language: str) -> WordingText | None:
        """The company's own wording of a kind; None: the shipped one."""
        return own_wording(self.wordings, kind, language)

    def number_format(self, kind: str, series: str) -> str | None:
        """The format of a series' numbers; None: the kind's own. Raises InvalidInput for an unknown series."""
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
        keys=fields.String(validate=validate.OneOf(list(KINDS))),
        values=fields.String(validate=validate.OneOf(("automatic", "proposal"))),
    )
    staff = fields.Dict(keys=fields.String(validate=validate.OneOf(STAFF)), values=fields.Email())
    country = fields.String(validate=validate.Length(equal=2))
    pack = fields.String()
    sector = fields.String(validate=validate.OneOf(SECTORS, error="Must be one of: {choices}."))
    policy = fields.Dict(keys=fields.String(), values=fields.Raw())
    blackout_days = BlackoutDays()
    webhook = fields.Url(schemes={"http", "https"}, require_tld=False)
    webhook_internal = Flag()
    debtor_register = fields.Nested(DebtorRegisterSchema)
    numbering = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String()))
    wordings = fields.String(validate=validate.Length(min=1))
    deadlines = fields.Dict(keys=fields.String(), values=Whole(validate=validate.Range(1, 365)))
    schedule = fields.Nested(ScheduleSchema)
    copy_to = fields.Email()
    copies = fields.String(validate=validate.Length(min=1))
    mta_log = fields.String(validate=validate.Length(min=1))
    fresh_hours = Whole(validate=validate.Range(1, 24 * 31))
    quiet_days = QuietDays()
    attach = Attached()
    attachments = fields.Nested(AttachmentLimitsSchema)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Company:
        policies = {name: str(value) for name, value in data.get("policy", {}).items()}
        try:
            return Company(**{**data, "policy": Policy.of(policies)})
        except InvalidInput as error:
            raise ValidationError({str(error.field): [str(error)]}, "policy") from error


def load_company(path: Path, *, webhook_secret: str | None = None) -> Company:
    """Read a company.yaml. Raises InvalidInput naming file and field."""
    try:
        company: Company = _CompanySchema().load(read_text_tree(path.read_text("utf-8"), str(path)))
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}. Each source needs a company.yaml beside its mapping.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: not UTF-8: {error}") from error
    except ValidationError as error:
        name, problem = first_message(error.messages_dict)
        raise InvalidInput(f"{path}: {name}: {problem}", field=name) from error
    return _with_places(_with_wordings(_with_secret(company, webhook_secret), path), path)


def _with_wordings(company: Company, path: Path) -> Company:
    """`wordings` is written as seen from company.yaml."""
    if company.wordings is None:
        return company
    folder = path.parent / company.wordings
    if not folder.is_dir():
        raise InvalidInput(f"{path}: wordings: there is no folder '{folder}'.", field="wordings")
    return replace(company, wordings=folder)


def _with_places(company: Company, path: Path) -> Company:
    """Its folder, and files of the mail server as seen from it; they may come into being later."""
    if company.copies and not company.copy_to:
        raise InvalidInput(f"{path}: copies: say which address gets the copies, in copy_to.", field="copies")
    return replace(
        company,
        folder=path.parent,
        copies=path.parent / company.copies if company.copies else None,
        mta_log=path.parent / company.mta_log if company.mta_log else None,
    )


def _with_secret(company: Company, secret: str | None) -> Company:
    if company.webhook and not secret:
        raise InvalidInput(
            f"Company '{company.source}' has a webhook but MONITUM_WEBHOOK_SECRET is not set.", field="webhook"
        )
    return replace(company, webhook_secret=secret)
