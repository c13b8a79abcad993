from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from adapters.ksef.client import OnlineKsef
from adapters.ksef.port import KsefRefused
from adapters.ksef.signing_in import Certificate, Credential, Token, credential_of
from engine.errors import AdapterError, InvalidInput
from tests.adapters.database.documents.document_issuer import AT
from tests.adapters.ksef.conftest import NIP
from tests.adapters.ksef.fake_ksef import FakeKsef


def _ksef(fake: FakeKsef, credential: Credential, at: dt.datetime = AT) -> OnlineKsef:
    return OnlineKsef(fake.url, NIP, credential, at=at, timeout=5)


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> tuple[bytes, bytes]:
    """Certificate and key of the company's seal."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Dostawca S.A.")])
    span = (AT - dt.timedelta(days=9), AT + dt.timedelta(days=3650))
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, *span)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate, key.private_bytes(serialization.Encoding.PEM, *form)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_certificate_signs_in_with_xades(fake: FakeKsef, tmp_path: Path, kind: str) -> None:
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    certificate, private = _pem(key)
    (tmp_path / "pl.pem").write_bytes(certificate + private)
    credential = credential_of(tmp_path, "pl")
    assert isinstance(credential, Certificate)
    with _ksef(fake, credential) as ksef, pytest.raises(AdapterError, match="450"):
        ksef.open()
    fake.state.certificates[certificate.decode()] = NIP
    with _ksef(fake, credential) as ksef:
        assert ksef.open() in fake.state.sessions


def test_a_wrong_token_is_said_so_and_never_shown(fake: FakeKsef) -> None:
    credential = Token("secret-of-somebody")
    with _ksef(fake, credential) as ksef, pytest.raises(AdapterError, match="450") as caught:
        ksef.open()
    assert "secret" not in str(caught.value) + repr(credential)


def test_an_access_token_that_has_run_out_is_replaced_once(fake: FakeKsef) -> None:
    with _ksef(fake, Token("token-of-pl")) as ksef:
        ksef.open()
        fake.state.access.clear()
        session = ksef.open()
        assert fake.state.signed_in == 2
        ksef.close(session)
        ksef.close(session)
        assert fake.calls.count("close") == 1
    fake.faults["open"] = [401, 401]
    with _ksef(fake, Token("token-of-pl")) as ksef, pytest.raises(KsefRefused):
        ksef.open()


def test_without_a_valid_key_of_the_ministry_nothing_is_encrypted(fake: FakeKsef) -> None:
    with (
        _ksef(fake, Token("token-of-pl"), AT + dt.timedelta(days=400)) as ksef,
        pytest.raises(AdapterError, match="key"),
    ):
        ksef.open()
    assert fake.calls == ["keys"]


def test_a_refusal_says_the_words_of_ksef(fake: FakeKsef) -> None:
    with _ksef(fake, Token("token-of-pl")) as ksef, pytest.raises(KsefRefused, match="21173 Brak sesji") as caught:
        ksef.close("20261124-SO-0")
    assert caught.value.permanent


def test_what_is_missing_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"pl\.pem.*pl\.token"):
        credential_of(tmp_path, "pl")
    (tmp_path / "pl.token").write_text("\n")
    with pytest.raises(InvalidInput, match="empty"):
        credential_of(tmp_path, "pl")
    (tmp_path / "pl.token").write_text("abc\n")
    assert credential_of(tmp_path, "pl") == Token("abc")
    (tmp_path / "pl.pem").write_bytes(b"nonsense")
    with pytest.raises(InvalidInput, match="both PEM"):
        credential_of(tmp_path, "pl")
