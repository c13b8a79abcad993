"""RFC 3161: an authority's signed word that a checkpoint was there at a moment, kept as the response it sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from archive import files
from archive.errors import ArchiveError

#: Certificates of the authorities that count, PEM, beside the keys.
AUTHORITIES: Final = "timestamp_authorities.pem"


class TimestampRejected(ArchiveError):
    """The answer of the authority is no timestamp of this by one that counts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `der` is sent, `nonce` must come back."""

    der: bytes
    nonce: int | None

    @classmethod
    def over(cls, data: bytes) -> Asked:
        """A request for the SHA-256 of some bytes, with the authority's certificate in the answer."""
        request = TimestampRequestBuilder(data, HashAlgorithm.SHA256).build()
        return cls(request.as_bytes(), request.nonce)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A timestamp that was kept. `size`: of the checkpoint; `at`: what the authority signed."""

    size: int
    tsa: str
    at: datetime


def certificates(pem: bytes) -> list[Certificate]:
    """Certificates out of PEM. Raises TimestampRejected when there are none."""
    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise TimestampRejected("These are no certificates in PEM.") from None


def trusted(folder: Path) -> list[Certificate]:
    """The authorities that count in an installation."""
    path = folder / AUTHORITIES
    return certificates(path.read_bytes()) if path.exists() else []


def trust(folder: Path, pem: bytes) -> None:
    """Count an authority by its root certificate, too. Raises TimestampRejected."""
    path = folder / AUTHORITIES
    new = [one for one in certificates(pem) if one not in trusted(folder)]
    if new:
        known = path.read_bytes() if path.exists() else b""
        files.replace(path, known.rstrip() + b"\n" + pem if known else pem)


def stamped_at(response: bytes, data: bytes, roots: list[Certificate], nonce: int | None = None) -> datetime:
    """The moment that an authority under one of `roots` signed over the SHA-256 of `data`. `nonce`: that of the
    request, where it is known. Raises TimestampRejected."""
    answer = _decoded(response)
    if not roots:
        raise TimestampRejected("No time-stamping authority is trusted; say which: --ca FILE")
    try:
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(answer, data)
    except VerificationError as error:
        raise TimestampRejected(f"The timestamp does not verify: {error}.") from None
    return answer.tst_info.gen_time.astimezone(UTC)


def _decoded(response: bytes) -> TimeStampResponse:
    try:
        answer = decode_timestamp_response(response)
        answer.tst_info  # noqa: B018  a refusal decodes, and has none
    except ValueError as error:
        raise TimestampRejected(f"The authority did not send a timestamp: {error}.") from None
    return answer
