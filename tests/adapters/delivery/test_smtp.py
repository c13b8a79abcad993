from __future__ import annotations

import datetime as dt
import socket
import ssl
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.delivery.smtp import SmtpDelivery, SmtpSettings
from engine.errors import AdapterError, EffectUnknown, InvalidInput
from tests.adapters.delivery.conftest import Inbox, scripted, serving

_MESSAGE = b"Subject: x\r\n\r\n.first\r\n..second\r\n.\r\nlast\r\n"
_SENDER = "from@firma.example"


def _delivery(port: int, **options: object) -> SmtpDelivery:
    return SmtpDelivery(SmtpSettings("127.0.0.1", port, **{"timeout": 1.0, **options}))  # type: ignore[arg-type]


def _polite(command: bytes) -> bytes:
    return b"354 go on\r\n" if command == b"DATA" else b"250 fine\r\n"


def test_a_message_arrives_unchanged(inbox: Inbox, port: int) -> None:
    _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example", "b@x.example"])
    [envelope] = inbox.kept
    assert envelope.content == _MESSAGE
    assert (envelope.mail_from, envelope.rcpt_tos) == (_SENDER, ["a@x.example", "b@x.example"])


def test_before_data_is_called_once_all_recipients_are_accepted(inbox: Inbox, port: int) -> None:
    seen: list[int] = []
    _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example"], before_data=lambda: seen.append(len(inbox.kept)))
    assert seen == [0]
    assert len(inbox.kept) == 1


def test_nothing_is_sent_when_before_data_fails(inbox: Inbox, port: int) -> None:
    def lost_lease() -> None:
        raise RuntimeError("lease lost")

    with pytest.raises(RuntimeError, match="lease lost"):
        _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example"], before_data=lost_lease)
    assert inbox.kept == []


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("451 try later", False)])
def test_a_refused_recipient_stops_the_message_for_all(inbox: Inbox, port: int, answer: str, permanent: bool) -> None:
    inbox.rcpt["bad@x.example"] = answer
    called: list[bool] = []
    with pytest.raises(AdapterError, match=r"bad@x\.example") as caught:
        _delivery(port).send(
            _MESSAGE, _SENDER, ["good@x.example", "bad@x.example"], before_data=lambda: called.append(True)
        )
    assert caught.value.permanent is permanent
    assert not isinstance(caught.value, EffectUnknown)
    assert (called, inbox.kept) == ([], [])


@pytest.mark.parametrize(("answer", "permanent"), [("554 spam", True), ("452 disk full", False)])
def test_a_refused_message_is_known_not_to_be_taken(inbox: Inbox, port: int, answer: str, permanent: bool) -> None:
    inbox.data = answer
    with pytest.raises(AdapterError, match=answer[4:]) as caught:
        _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example"])
    assert caught.value.permanent is permanent
    assert not isinstance(caught.value, EffectUnknown)


def test_a_refused_sender_is_permanent() -> None:
    with (
        scripted(lambda line: b"550 no\r\n" if line.startswith(b"MAIL") else b"250 fine\r\n", at_end=None) as (port, _),
        pytest.raises(AdapterError, match="sender") as caught,
    ):
        _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example"])
    assert caught.value.permanent


@pytest.mark.parametrize("at_end", [None, b"", b"what?\r\n"], ids=["hangs up", "keeps silent", "talks nonsense"])
def test_no_answer_after_the_message_leaves_its_fate_unknown(at_end: bytes | None) -> None:
    with scripted(_polite, at_end=at_end) as (port, received), pytest.raises(EffectUnknown):
        _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example"])
    assert len(received) == 1


@pytest.mark.parametrize("command", [b"MAIL", b"RCPT", b"DATA"])
def test_hanging_up_before_the_message_leaves_nothing_unknown(command: bytes) -> None:
    with (
        scripted(lambda line: None if line.startswith(command) else b"250 fine\r\n", at_end=None) as (port, received),
        pytest.raises(AdapterError) as caught,
    ):
        _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example"])
    assert not isinstance(caught.value, EffectUnknown)
    assert not caught.value.permanent
    assert received == []


def test_hanging_up_instead_of_goodbye_is_success() -> None:
    def answer(line: bytes) -> bytes | None:
        return None if line == b"QUIT" else _polite(line)

    with scripted(answer, at_end=b"250 taken\r\n") as (port, received):
        _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example"])
    assert received == [b"Subject: x\r\n\r\n..first\r\n...second\r\n..\r\nlast\r\n"]


def test_a_server_that_is_not_there_can_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(AdapterError, match="Mail server") as caught:
        _delivery(port).send(_MESSAGE, _SENDER, ["a@x.example"])
    assert not caught.value.permanent


@pytest.mark.parametrize("address", ["a@x.example>\r\nRCPT TO:<b@x.example", "a b@x.example", ""])
def test_an_address_cannot_carry_commands(inbox: Inbox, port: int, address: str) -> None:
    with pytest.raises(InvalidInput):
        _delivery(port).send(_MESSAGE, _SENDER, [address])
    with pytest.raises(InvalidInput):
        _delivery(port).send(_MESSAGE, address, ["a@x.example"])
    assert inbox.kept == []


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=20000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    """A server's TLS context and the file of the certificate to trust."""
    cert_file, key_file = _certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert_file, key_file)
    return context, str(cert_file)


def _authenticate(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"monitum", b"secret")
    return AuthResult(success=good, handled=False)


def test_starttls_and_login_come_before_the_message(inbox: Inbox, tls: tuple[ssl.SSLContext, str]) -> None:
    context, trusted = tls
    options = {"tls_context": context, "require_starttls": True, "authenticator": _authenticate, "auth_required": True}
    with serving(inbox, **options) as port:
        settings = SmtpSettings("localhost", port, "starttls", "monitum", "secret", 2.0, trusted)
        SmtpDelivery(settings).send(_MESSAGE, _SENDER, ["a@x.example"])
        wrong = SmtpSettings("localhost", port, "starttls", "monitum", "guess", 2.0, trusted)
        with pytest.raises(AdapterError, match="535") as caught:
            SmtpDelivery(wrong).send(_MESSAGE, _SENDER, ["a@x.example"])
    assert not caught.value.permanent
    assert len(inbox.kept) == 1


def test_tls_from_the_first_byte_works(inbox: Inbox, tls: tuple[ssl.SSLContext, str]) -> None:
    context, trusted = tls
    with serving(inbox, ssl_context=context, server_hostname="localhost") as port:
        SmtpDelivery(SmtpSettings("localhost", port, "tls", timeout=2.0, ca_file=trusted)).send(
            _MESSAGE, _SENDER, ["a@x.example"]
        )
    assert len(inbox.kept) == 1


def test_an_unknown_certificate_and_a_missing_starttls_are_refused(
    inbox: Inbox, port: int, tls: tuple[ssl.SSLContext, str]
) -> None:
    with serving(inbox, tls_context=tls[0]) as secure, pytest.raises(AdapterError, match="certificate"):
        SmtpDelivery(SmtpSettings("localhost", secure, "starttls", timeout=2.0)).send(
            _MESSAGE, _SENDER, ["a@x.example"]
        )
    with pytest.raises(AdapterError, match="STARTTLS"):
        _delivery(port, security="starttls").send(_MESSAGE, _SENDER, ["a@x.example"])
    assert inbox.kept == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:1025", SmtpSettings("127.0.0.1", 1025)),
        ("smtp://mail.example", SmtpSettings("mail.example", 25)),
        ("smtp://mail.example?security=starttls", SmtpSettings("mail.example", 587, "starttls")),
        ("smtp://u:p%40ss@mail.example", SmtpSettings("mail.example", 587, "starttls", "u", "p@ss")),
        ("smtps://u:p@mail.example", SmtpSettings("mail.example", 465, "tls", "u", "p")),
    ],
)
def test_settings_are_read_from_a_url(url: str, expected: SmtpSettings) -> None:
    assert SmtpSettings.of_url(url) == expected


@pytest.mark.parametrize(
    "url", ["http://x", "smtp://", "smtp://x:port", "smtps://x?security=starttls", "smtp://x?security=none2"]
)
def test_a_url_that_will_not_do_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        SmtpSettings.of_url(url)
    assert caught.value.field == "smtp_url"


def test_settings_do_not_show_the_password() -> None:
    assert "p@ss" not in repr(SmtpSettings.of_url("smtp://u:p%40ss@mail.example"))
