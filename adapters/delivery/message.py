"""The MIME message of a mail, byte for byte the same for the same input.

Nothing is drawn at random and no clock is read: the Message-ID and the boundaries come from the action's key, the date
is passed in. So the bytes can be stored before sending, and proved afterwards.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from adapters.delivery.addresses import mail_address
from engine.errors import InvalidInput

_POLICY: Final = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. `media_type` as in 'application/pdf'."""

    name: str
    media_type: str
    content: bytes


def message_id(key: str, domain: str) -> str:
    """The Message-ID of an action: a dot-atom (RFC 5322 section 3.6.4) that only its key decides."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_domain(domain, 'domain')}>"


def build_message(
    *,
    key: str,
    domain: str,
    date: datetime,
    sender: str,
    recipients: Sequence[str],
    subject: str,
    text: str,
    html: str | None = None,
    language: str | None = None,
    sender_name: str = "",
    attachments: Sequence[Attachment] = (),
    copies: Sequence[str] = (),
) -> bytes:
    """The message as bytes with CRLF line ends, 7-bit clean, marked as sent by a machine (RFC 3834).

    `key`: the action's key. `date`: timezone-aware. Raises InvalidInput naming the field for an address that is not
    one, an empty list of recipients, and any header with a line end or another control character.
    """
    if date.tzinfo is None:
        raise InvalidInput("date: it must say its time zone", field="date")
    if not recipients:
        raise InvalidInput("recipients: there is none", field="recipients")
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(sender, "sender", _header(sender_name, "sender_name"))
    message["To"] = [_address(recipient, f"recipients.{index}") for index, recipient in enumerate(recipients)]
    if copies:
        message["Cc"] = [_address(copy, f"copies.{index}") for index, copy in enumerate(copies)]
    message["Subject"] = _header(subject, "subject")
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id(key, domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    if html is not None:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        main, _, sub = _header(attachment.media_type, "attachments").partition("/")
        message.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=_header(attachment.name, "attachments")
        )
    if language:  # last: building the body moves Content- headers into its parts
        message["Content-Language"] = _header(language, "language")
    _fix_boundaries(message, key)
    return message.as_bytes()


def normal_address(address: str, field: str) -> str:
    """An address as SMTP without SMTPUTF8 takes it: an ASCII local part, the domain in IDNA form.

    Raises InvalidInput naming the field.
    """
    return _address(address, field).addr_spec


def _address(address: str, field: str, name: str = "") -> Address:
    try:
        read = mail_address(_header(address, field).strip())
    except InvalidInput as error:
        raise InvalidInput(f"{field}: {error}", field=field) from error
    local, _, domain = read.rpartition("@")
    return Address(name, local, domain)


def _domain(domain: str, field: str) -> str:
    try:
        ascii_form = domain.encode("idna").decode()
    except UnicodeError as error:
        raise InvalidInput(f"{field}: '{domain}' is not a domain", field=field) from error
    if not ascii_form or not all(part and part.replace("-", "").isalnum() for part in ascii_form.split(".")):
        raise InvalidInput(f"{field}: '{domain}' is not a domain", field=field)
    return ascii_form.lower()


def _header(value: str, field: str) -> str:
    """A header's text, refused when it could start another header or hide one."""
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in value):
        raise InvalidInput(f"{field}: a line end or control character is not allowed", field=field)
    return value


def _fix_boundaries(message: EmailMessage, key: str) -> None:
    """Boundaries from the key. '=_' cannot occur in quoted-printable or base64 text (RFC 2045 section 6.7)."""
    for index, part in enumerate(part for part in message.walk() if part.is_multipart()):
        name = f"{key} {index}"
        part.set_boundary(f"=_{hashlib.sha256(name.encode()).hexdigest()[:40]}")
