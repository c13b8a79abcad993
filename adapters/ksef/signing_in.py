"""Who signs in to KSeF: with a token of KSeF, or with a certificate and its key (XAdES).

Source: CIRFMF/ksef-docs, signing in. KSeF ends tokens with the year 2026; certificates stay.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from ksef_client.clients.auth import AuthClient
from ksef_client.models import AuthenticationInitResponse, PublicKeyCertificate
from ksef_client.services import AuthCoordinator, build_auth_token_request_xml
from lxml import etree
from marshmallow import ValidationError
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod, SignatureMethod
from signxml.xades.xades import XAdESSigner

from documents.identifiers import nip
from engine.errors import InvalidInput

_POLL_SECONDS: Final = 0.2
_POLLS: Final = 150
_UNDER_WAY: Final = 100
_SIGNED_IN: Final = 200


@dataclass(frozen=True, slots=True)
class Token:
    """A token that KSeF gave out."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that KSeF knows, and its private key without a password; PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


Credential: TypeAlias = Token | Certificate


def sign_in(auth: AuthClient, credential: Credential, nip: str, wrapping: PublicKeyCertificate) -> str:
    """An access token for the seller with a NIP. `wrapping`: the ministry's key for tokens of KSeF. Raises what the
    library raises."""
    if isinstance(credential, Token):
        result = AuthCoordinator(auth).authenticate_with_ksef_token(
            token=credential.value,
            public_certificate=wrapping.certificate,
            public_key_id=wrapping.public_key_id,
            context_identifier_type="nip",
            context_identifier_value=nip,
            poll_interval_seconds=_POLL_SECONDS,
            max_attempts=_POLLS,
        )
        return result.tokens.access_token.token
    challenge = auth.get_challenge().challenge
    request = build_auth_token_request_xml(
        challenge=challenge, context_identifier_type="nip", context_identifier_value=nip
    )
    begun = auth.submit_xades_auth_request(signed(request, credential))
    if begun is None:
        raise RuntimeError("signing in was begun without a reference")
    _await(auth, begun)
    return auth.redeem_token(begun.authentication_token.token).access_token.token


def _await(auth: AuthClient, begun: AuthenticationInitResponse) -> None:
    for _ in range(_POLLS):
        status = auth.get_auth_status(begun.reference_number, begun.authentication_token.token).status
        if status.code == _SIGNED_IN:
            return
        if status.code != _UNDER_WAY:
            raise RuntimeError("; ".join([f"{status.code} {status.description}", *(status.details or [])]))
        time.sleep(_POLL_SECONDS)
    raise TimeoutError


def signed(request: str, credential: Certificate) -> str:
    """A request with its XAdES signature inside."""
    elliptic = isinstance(load_pem_private_key(credential.key, password=None), ec.EllipticCurvePrivateKey)
    signer = XAdESSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256 if elliptic else SignatureMethod.RSA_SHA256,
        # What a reference without transforms is digested by; signxml writes the one to SignedProperties without.
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    root = etree.fromstring(request.encode("utf-8"))
    done = signer.sign(root, key=credential.key, cert=credential.certificate.decode("ascii"))
    return str(etree.tostring(done, encoding="unicode"))


def seller_nip(tax_id: str) -> str:
    """The NIP a company sends under. Raises InvalidInput for one that is not registered in Poland."""
    try:
        return nip(tax_id)
    except ValidationError as error:
        raise InvalidInput(f"KSeF takes invoices of Polish sellers: {error.messages[0]}", field="tax_id") from error


def credential_of(folder: Path, source: str) -> Credential:
    """What a folder keeps for a source: `<source>.token`, or `<source>.pem` with certificate and key. Raises
    InvalidInput naming the file."""
    token, pem = folder / f"{source}.token", folder / f"{source}.pem"
    if pem.is_file():
        return _certificate(pem)
    if not token.is_file():
        raise InvalidInput(
            f"Put the KSeF certificate of '{source}' with its key into {pem}, or its token into {token}.", field="KSEF"
        )
    text = token.read_text("utf-8").strip()
    if not text:
        raise InvalidInput(f"{token} is empty.", field="KSEF")
    return Token(text)


def _certificate(path: Path) -> Certificate:
    data = path.read_bytes()
    try:
        x509.load_pem_x509_certificate(data)
        load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            f"{path}: a certificate and its private key without a password are needed, both PEM.", field="KSEF"
        ) from error
    return Certificate(data, data)
