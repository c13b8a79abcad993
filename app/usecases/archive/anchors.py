"""Anchoring the log outside: timestamps of authorities and cosignatures of witnesses."""

from __future__ import annotations

from typing import Protocol

from app.usecases.entry_log import Integrator
from archive.anchors.timestamp import Stamped


class Anchors(Protocol):
    """The anchors of one log, kept beside its checkpoints."""

    def trust_authority(self, pem: bytes) -> None:
        """Count an authority by its root certificate. Raises ArchiveBroken."""
        ...

    def stamp(self, url: str) -> Stamped:
        """Have the newest checkpoint time-stamped and keep the answer. Raises AdapterError, ArchiveBroken, NotFound."""
        ...

    def keep_cosignature(self, note: str) -> None:
        """Keep the line of a known witness below a checkpoint of this log. Raises ArchiveBroken, Conflict."""
        ...


def timestamp_log(anchors: Anchors, integrator: Integrator, authority: str, certificate: bytes | None) -> Stamped:
    """Have all that was recorded so far time-stamped by an authority (RFC 3161 over HTTP).

    `certificate`: its root in PEM, trusted from now on. Raises AdapterError, ArchiveBroken.
    """
    if certificate is not None:
        anchors.trust_authority(certificate)
    integrator.integrate()
    return anchors.stamp(authority)


def keep_cosignature(anchors: Anchors, integrator: Integrator, note: str) -> None:
    """Keep a witness's signature and remember beside the keys what it saw. Raises ArchiveBroken, Conflict."""
    anchors.keep_cosignature(note)
    integrator.integrate()
