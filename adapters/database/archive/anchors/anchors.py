"""The anchors of the log of one database: authorities that stamp its checkpoints, witnesses that cosign them."""

from __future__ import annotations

from sqlalchemy import Engine

from adapters.database.archive.anchors.cosignatures import keep_cosignature
from adapters.database.archive.anchors.timestamps import stamp
from adapters.database.archive.errors import house_errors
from archive.anchors.timestamp import Stamped, trust
from archive.keys.archive_keys import ArchiveKeys
from archive.log.cosignature import WitnessVerifier
from archive.log.note import open_note


class Anchors:
    """What anchors a log outside, kept beside its checkpoints and its keys."""

    def __init__(self, engine: Engine, keys: ArchiveKeys) -> None:
        self._engine = engine
        self._keys = keys

    def trust_authority(self, pem: bytes) -> None:
        """Count an authority by its root certificate. Raises ArchiveBroken for what is no certificate."""
        with house_errors():
            trust(self._keys.folder, pem)

    def stamp(self, url: str) -> Stamped:
        """Have the newest checkpoint time-stamped and keep the answer. Raises AdapterError, ArchiveBroken, NotFound."""
        return stamp(self._engine, self._keys, url)

    def trust_witness(self, vkey: str) -> str:
        """Count the cosignatures of a witness, by its public key; its name. Raises ArchiveBroken for what is no key,
        and when another key of that name is known."""
        with house_errors():
            witness = WitnessVerifier.parse(vkey)
            self._keys.trust(witness)
        return witness.name

    def keep_cosignature(self, note: str) -> None:
        """Keep the line of a known witness below a checkpoint of this log. Raises ArchiveBroken, Conflict."""
        with house_errors(), self._engine.begin() as connection:
            _, signed = open_note(note, self._keys.witnesses)
            keep_cosignature(connection, note, signed[-1].name)
