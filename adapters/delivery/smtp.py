"""Sending by SMTP, honest about what is known afterwards.

Until the text of the message is on its way nothing has happened and another attempt is safe. From then on only an
answer tells: with none, the server may or may not have taken the message (RFC 1047), and that is EffectUnknown.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from adapters.delivery.message import normal_address
from engine.errors import AdapterError, EffectUnknown, InvalidInput, TargetDown

Security = Literal["none", "starttls", "tls"]
#: RFC 5321 section 3.8: the service is not available and the channel is closed, whatever was asked.
_CLOSING: Final = 421
_PORTS: Final[dict[str, int]] = {"none": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where and how to send. `security`: 'tls' from the first byte, 'starttls' required, or 'none'. `timeout`: seconds
    for each answer. `ca_file`: certificates to trust instead of the system's."""

    host: str
    port: int
    security: Security = "none"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    ca_file: str | None = None

    @classmethod
    def of_url(cls, url: str) -> SmtpSettings:
        """Read smtp://host:port, smtps://user:password@host or smtp://host?security=starttls.

        smtp with a user means STARTTLS, so that no password travels in clear. Raises InvalidInput.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise InvalidInput("smtp_url: the port is not a number", field="smtp_url") from error
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise InvalidInput("smtp_url: write smtp://host:port or smtps://user:password@host", field="smtp_url")
        security: Security = "tls" if parts.scheme == "smtps" else "starttls" if parts.username else "none"
        asked = parse_qs(parts.query).get("security", [security])[0]
        if asked not in {security, "starttls"} or (asked == "starttls" and security == "tls"):
            raise InvalidInput("smtp_url: security can only be starttls, with smtp://", field="smtp_url")
        security = "starttls" if asked == "starttls" else security
        return cls(
            host=parts.hostname,
            port=port or _PORTS[security],
            security=security,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class SmtpDelivery:
    """Sends finished messages through one mail server, one connection for each."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def send(
        self, message: bytes, sender: str, recipients: Sequence[str], before_data: Callable[[], None] | None = None
    ) -> None:
        """Hand a message to the server for all recipients, or for none.

        `before_data` is called when the server has accepted sender and recipients, just before DATA: the place to
        commit 'sending'; what it raises ends the attempt with nothing sent.

        Raises InvalidInput for a malformed address; AdapterError when the message was not taken, `permanent` when the
        server refused sender, a recipient or the message with a 5xx answer; TargetDown for trouble with connecting or
        logging in and for a server that closes: it is the server's or the configuration's, not the message's;
        EffectUnknown when the connection was lost after the text began to be sent.
        """
        envelope = normal_address(sender, "sender")
        targets = [normal_address(recipient, f"recipients.{index}") for index, recipient in enumerate(recipients)]
        if not targets:
            raise InvalidInput("recipients: there is none", field="recipients")
        with self._connection() as client:
            self._offer(client, envelope, targets)
            if before_data:
                before_data()
            self._transmit(client, message)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """A connection ready for MAIL; closed whatever happens."""
        settings = self._settings
        client: smtplib.SMTP | None = None
        try:
            context = ssl.create_default_context(cafile=settings.ca_file) if settings.security != "none" else None
            client = self._connect(context)
            client.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                client.starttls(context=context)
                client.ehlo()
            if settings.username:
                client.login(settings.username, settings.password or "")
        except OSError as error:  # every smtplib and TLS error is one
            if client:
                client.close()
            raise TargetDown(f"Mail server {settings.host}:{settings.port}: {_say(error)}") from error
        try:
            yield client
        finally:
            client.close()

    def _connect(self, context: ssl.SSLContext | None) -> smtplib.SMTP:
        host, port, timeout = self._settings.host, self._settings.port, self._settings.timeout
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
        return smtplib.SMTP(host, port, timeout=timeout)

    def _offer(self, client: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> None:
        """MAIL and RCPT; all recipients are asked, so that the error names every refused one."""
        try:
            _expect(client.mail(sender), f"sender {sender}")
            answers = [(target, client.rcpt(target)) for target in recipients]
        except OSError as error:
            raise TargetDown(f"The mail server hung up before taking the message: {_say(error)}") from error
        refused = [(target, answer) for target, answer in answers if answer[0] not in {250, 251}]
        for target, answer in refused:
            _require_open(answer, f"recipient {target}")
        if refused:
            said = "; ".join(f"{target}: {code} {_text(text)}" for target, (code, text) in refused)
            raise AdapterError(f"Refused recipient {said}", permanent=any(code >= 500 for _, (code, _) in refused))

    def _transmit(self, client: smtplib.SMTP, message: bytes) -> None:
        try:
            answer = client.docmd("DATA")
        except OSError as error:
            raise TargetDown(f"The mail server hung up before taking the message: {_say(error)}") from error
        _expect(answer, "message", wanted=354)
        try:
            client.send(_dotted(message))
            answer = client.getreply()
        except OSError as error:
            raise EffectUnknown(f"No answer came after the message was sent: {_say(error)}") from error
        if answer[0] == -1:
            raise EffectUnknown("No readable answer came after the message was sent.")
        _expect(answer, "message")
        try:
            client.quit()
        except OSError:
            return  # the message was taken; how the server says goodbye changes nothing


def _expect(answer: tuple[int, bytes], what: str, wanted: int = 250) -> None:
    _require_open(answer, what)
    code, text = answer
    if code != wanted:
        raise AdapterError(f"The mail server refused the {what}: {code} {_text(text)}", permanent=500 <= code < 600)


def _require_open(answer: tuple[int, bytes], what: str) -> None:
    code, text = answer
    if code == _CLOSING:
        raise TargetDown(f"The mail server closed instead of taking the {what}: {code} {_text(text)}")


def _dotted(message: bytes) -> bytes:
    """The message as DATA takes it: CRLF line ends, leading dots doubled, a lone dot last (RFC 5321 section 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _text(answer: bytes) -> str:
    return answer.decode("utf-8", "replace").replace("\n", " ")


def _say(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        return f"{error.smtp_code} {_text(text)}"
    return str(error) or type(error).__name__
