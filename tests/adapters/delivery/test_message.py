from __future__ import annotations

import datetime as dt
import email
import re
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.delivery.message import Attachment, build_message, message_id, normal_address
from engine.errors import InvalidInput

_PDF = Attachment("wezwanie.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256)))


def _build(**changes: Any) -> bytes:
    plain: dict[str, Any] = {
        "key": "polska:K-1:pl.b2b:reminder:1",
        "domain": "firma.example",
        "date": dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC),
        "sender": "rozliczenia@firma.example",
        "sender_name": "Łącza Wschód",
        "recipients": ["klient@odbiorca.example"],
        "subject": "Przypomnienie o płatności: zażółć gęślą jaźń, " + "bardzo długi temat " * 6,
        "text": "Szanowni Państwo,\n\n.kropka na początku\n" + "ż" * 500 + "\n",
        "html": "<p>Szanowni Państwo</p>",
        "language": "pl",
        "attachments": [_PDF],
    }
    return build_message(**{**plain, **changes})


def _parse(content: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(content, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_the_same_input_gives_the_same_bytes() -> None:
    assert _build() == _build()


def test_another_key_changes_message_id_and_boundaries() -> None:
    one, other = _parse(_build()), _parse(_build(key="another"))
    assert one["Message-ID"] != other["Message-ID"]
    assert one.get_boundary() != other.get_boundary()


def test_nothing_of_the_content_is_lost() -> None:
    message = _parse(_build())
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == "Szanowni Państwo,\n\n.kropka na początku\n" + "ż" * 500 + "\n"
    assert html.get_content().strip() == "<p>Szanowni Państwo</p>"
    [attached] = list(message.iter_attachments())
    assert attached.get_filename() == "wezwanie.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == _PDF.content
    assert message["Subject"].strip().startswith("Przypomnienie o płatności: zażółć gęślą jaźń")
    assert message["From"].addresses[0].display_name == "Łącza Wschód"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "pl"


def test_bytes_are_fit_for_any_mail_server() -> None:
    content = _build()
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_plain_text_message_has_one_part() -> None:
    message = _parse(_build(html=None, attachments=()))
    assert message.get_content_type() == "text/plain"


@given(st.text(max_size=80))
def test_a_message_id_is_a_dot_atom_whatever_the_key(key: str) -> None:
    assert re.fullmatch(r"<[0-9a-f]{40}@firma\.example>", message_id(key, "Firma.example"))


def test_the_message_id_is_written_on_one_plain_line() -> None:
    key = "polska:K-1:pl.b2b:reminder:1"
    assert b"\r\nMessage-ID: " + message_id(key, "firma.example").encode() + b"\r\n" in _build(key=key)


@pytest.mark.parametrize("bad", ["x\r\nBcc: all@world.example", "x\ny", "x\ry", "x\x00y", "x\u2028y", "x\x85y"])
@pytest.mark.parametrize("field", ["subject", "sender", "sender_name", "language"])
def test_no_header_can_start_another(field: str, bad: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _build(**{field: bad})
    assert caught.value.field == field


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@domain.example",
        "a@",
        "a b@c.example",
        "a@b@c.example",
        "a@c.example, d@e.example",
        "żółw@c.example",
        "a@c..example",
        "a@c_d.example",
        "<a@c.example>",
        "a@c.example\r\nRCPT TO:<b@c.example>",
        "a@[127.0.0.1]",
    ],
)
def test_what_is_not_an_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _build(recipients=["good@one.example", address])
    assert caught.value.field == "recipients.1"


def test_a_domain_with_polish_letters_is_written_in_ascii() -> None:
    assert normal_address("biuro@łącza.example", "sender") == "biuro@xn--cza-hpa81a.example"


def test_no_recipient_and_no_time_zone_are_refused() -> None:
    with pytest.raises(InvalidInput, match="recipients"):
        _build(recipients=[])
    with pytest.raises(InvalidInput, match="date"):
        _build(date=dt.datetime(2026, 11, 24))  # noqa: DTZ001 - the point of the test
    with pytest.raises(InvalidInput, match="attachments"):
        _build(attachments=[Attachment("a\r\nb", "application/pdf", b"")])
