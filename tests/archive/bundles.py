"""Bundles made without a database, for the tests and the benchmark of the offline verifier."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive.entries.entry import NewEntry, encode
from archive.export import offline_verifier
from archive.export.bundle import bundle_folder, policy_text
from archive.keys.subject_keys import SubjectKey
from archive.log.checkpoint import sign_checkpoint
from archive.log.merkle import inclusion_proof, leaf_hash, root
from archive.log.note import Signer
from archive.log.proof_text import EntryProof

LOG = Signer("monitum/archive", bytes(range(32)))
KEY = SubjectKey.of("0f" * 16, bytes(range(32, 64)))
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
LETTER = b"%PDF-1.7 a letter to C1"


def body(number: int, documents: Sequence[bytes] = ()) -> bytes:
    """An entry about a customer, of the size of those of a run."""
    named = {sha256(data).hexdigest(): "application/pdf" for data in documents}
    entry = NewEntry(
        kind="action:done",
        case=f"action:{number}",
        at=AT,
        actor="monitum",
        role="worker",
        subject="books:C1",
        public={"channel": "email", "stage": "reminder"},
        ruleset="pl.basic",
        version="5" * 64,
        outcome="accepted",
        personal={"to": f"zażółć{number}@example.com", "subject": "Przypomnienie o płatności " + "x" * 150},
        action=f"books:C1:2026-03-02:remind:{number}:email",
        documents=named,
    )
    return encode(entry, KEY)


def bodies(count: int) -> Iterator[bytes]:
    """Entries of which the third names a document."""
    return (body(number, [LETTER] if number == 2 else []) for number in range(count))


def write_log(target: Path, entries: Iterable[bytes], *, cosign: Callable[[str], str] = str, policy: str = "") -> str:
    """The bundle of a whole log; its checkpoint. `cosign` adds lines to that."""
    with bundle_folder(target) as bundle:
        tree = bundle.log(entries)
        bundle.document(sha256(LETTER).hexdigest(), LETTER)
        note = cosign(sign_checkpoint(bundle.entries, tree, LOG))
        bundle.finish("log", note, [LOG.verifier], policy or policy_text([LOG.verifier]), at=AT)
    return note


def write_case(target: Path, entries: Sequence[bytes], places: Iterable[int]) -> None:
    """The bundle of some entries of a log, with the key that opens them."""
    hashes = [leaf_hash(entry) for entry in entries]
    note = sign_checkpoint(len(hashes), root(hashes), LOG)
    with bundle_folder(target) as bundle:
        for place in places:
            path = inclusion_proof(place, len(hashes), lambda start, end: root(hashes[start:end]))
            bundle.proof(EntryProof(place, entries[place], path, note))
        bundle.document(sha256(LETTER).hexdigest(), LETTER)
        keys = {KEY.ref: b64encode(KEY.key).decode()}
        bundle.finish("case", note, [LOG.verifier], policy_text([LOG.verifier]), at=AT, keys=keys)


def verdict(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> dict[str, Any]:
    """What the verifier says of a bundle, as JSON; its exit code must agree."""
    code = offline_verifier.main([str(folder), "--json", *arguments])
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == (0 if found["ok"] else 1)
    return found
