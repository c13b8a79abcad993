"""One thing that happened, as canonical JSON whose very bytes are stored and hashed.

Public part: what happened, the actor, the rules; nothing that identifies a person. Personal part: encrypted
under the subject's key. The format of version 1 is `EntryBody`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypedDict, cast

from archive.entries.canonical import canonical
from archive.entries.kinds import require_kind
from archive.errors import EntryInvalid, KeyUnusable
from archive.keys.subject_keys import SubjectKey

VERSION: Final = 1
#: Entry bundles of C2SP tlog-tiles prefix each entry with a 16-bit length.
MAX_BODY: Final = 65_535
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What a caller wants remembered.

    `case`: what it belongs to, such as 'run:17' or 'action:123'; must not identify a person, as `reason`, `actor` and
    `public` must not. `at`: timezone-aware. `subject`: 'source:customer', what it is about; required for `personal`.
    `action`: idempotency key of the action; with a subject it is encrypted and a keyed hash of it is public, because
    it names the customer. `decision`: hash of the decision. `documents`: SHA-256 -> media type of stored contents.
    `public` and `personal`: plain JSON data without floats.
    """

    kind: str
    case: str | None
    at: datetime
    actor: str
    role: str
    reason: str = ""
    subject: str | None = None
    public: Mapping[str, object] = field(default_factory=dict)
    personal: Mapping[str, object] | None = None
    ruleset: str | None = None
    version: str | None = None
    action: str | None = None
    decision: str | None = None
    outcome: str | None = None
    documents: Mapping[str, str] = field(default_factory=dict)


class EntryBody(TypedDict, total=False):
    """The JSON object of an entry; absent fields are left out, never null.

    `at`: microseconds since 1970 UTC. `action_mac`: HMAC-SHA256 (hex) of the action key under the subject's key.
    `subject`: opaque reference of the subject's key. `enc`: base64 of AES-256-GCM (nonce, ciphertext, tag; the
    reference as associated data) over canonical JSON {'action', 'data'}.
    """

    v: int
    kind: str
    case: str
    actor: str
    role: str
    reason: str
    ruleset: str
    version: str
    action: str
    action_mac: str
    decision: str
    outcome: str
    documents: dict[str, str]
    at: int
    data: dict[str, Any]
    subject: str
    enc: str


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly. Raises EntryInvalid for a moment without a timezone."""
    if moment.tzinfo is None:
        raise EntryInvalid("the moment has no timezone.", field="at")
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds_: int) -> datetime:
    """The UTC moment of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=microseconds_)


def encode(entry: NewEntry, key: SubjectKey | None) -> bytes:
    """The bytes of an entry, to be stored and hashed as they are; `key` is the subject's.

    Raises EntryInvalid, naming the field, for a kind outside the catalogue, a moment without a timezone, a personal
    part without a subject, a hash that is none, data that JSON cannot hold exactly, or more than 65,535 bytes.
    """
    body: dict[str, object] = {
        "v": VERSION,
        "kind": require_kind(entry.kind),
        "actor": entry.actor,
        "role": entry.role,
        "at": microseconds(entry.at),
    }
    for name in ("case", "reason", "ruleset", "version", "decision", "outcome", "documents"):
        if value := getattr(entry, name):
            body[name] = value
    if entry.public:
        body["data"] = entry.public
    _check_hashes(entry.documents)
    if entry.subject is None:
        if entry.personal is not None:
            raise EntryInvalid("a personal part needs a subject.", field="subject")
        if entry.action:
            body["action"] = entry.action
    else:
        body.update(_sealed(entry, key))
    data = canonical(body, field="entry")
    if len(data) > MAX_BODY:
        raise EntryInvalid(f"the entry has {len(data)} bytes, more than {MAX_BODY}.", field="data")
    return data


def _check_hashes(documents: Mapping[str, str]) -> None:
    for name in documents:
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise EntryInvalid(f"'{name}' is not a SHA-256 in lower-case hex.", field="documents")


def _sealed(entry: NewEntry, key: SubjectKey | None) -> dict[str, object]:
    if key is None:
        raise EntryInvalid("the subject has no key.", field="subject")
    sealed: dict[str, object] = {"subject": key.ref}
    hidden: dict[str, object] = {}
    if entry.action:
        sealed["action_mac"] = key.mac(entry.action)
        hidden["action"] = entry.action
    if entry.personal is not None:
        hidden["data"] = entry.personal
    if hidden:
        sealed["enc"] = key.seal(canonical(hidden, field="personal"))
    return sealed


def decode(body: bytes) -> EntryBody:
    """The fields of stored bytes. Raises EntryInvalid when they are not an entry of a known version."""
    try:
        value = json.loads(body)
    except ValueError:
        raise EntryInvalid("the stored bytes are not JSON.", field="body") from None
    if not isinstance(value, dict) or value.get("v") != VERSION:
        raise EntryInvalid("the stored bytes are not an entry of version 1.", field="v")
    return cast("EntryBody", value)


def erased_by(body: bytes) -> frozenset[str]:
    """SHA-256 of the contents that the entry of an erasure erased; none for any other entry or bytes."""
    try:
        fields = decode(body)
    except EntryInvalid:
        return frozenset()
    contents = fields.get("data", {}).get("contents")
    if fields.get("kind") != "subject:erased" or not isinstance(contents, list):
        return frozenset()
    return frozenset(name for name in contents if isinstance(name, str))


@dataclass(frozen=True, slots=True)
class Personal:
    """The opened personal part of an entry."""

    action: str | None
    data: Mapping[str, object] | None


def open_personal(body: EntryBody, key: SubjectKey) -> Personal:
    """The personal part. Raises KeyUnusable when the key did not seal it."""
    if body.get("subject") != key.ref:
        raise KeyUnusable("The entry is about another subject.")
    if "enc" not in body:
        return Personal(None, None)
    hidden = json.loads(key.open(body["enc"]))
    return Personal(hidden.get("action"), hidden.get("data"))
