#!/usr/bin/env python3
"""Verifies an export of a Monitum archive with Python 3.8 or later and nothing else. Reads only, asks no network.

    python3 -S -I verify.py [FOLDER] [--proof FILE] [--log KEY] [--show] [--json]

KEY: public keys of the log as known from elsewhere; without, the export is held against the key that lies in it. Exit
code 0: all is as it was signed, 1: the first thing that is not is named, 2: wrong usage. Formats: RFC 6962, C2SP.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from base64 import b64decode, b64encode
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, Callable, NamedTuple

WIDTH = 256
MANIFEST, SEAL = "MANIFEST.json", "MANIFEST.sha256"
DOCUMENT = re.compile(r"documents/[0-9a-f]{64}")
OnEntry = Callable[[int, bytes], None]


class Wrong(Exception):
    """The first thing that is not as it was signed: what, in which file, at which entry (its place in the log)."""

    def __init__(self, what: str, file: str = "", entry: int | None = None) -> None:
        self.what, self.file, self.entry = what, file, entry


# Ed25519 as in RFC 8032 section 5.1; points in the extended coordinates of 5.1.4, so that adding them divides nothing.
_P, _ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P


def _add(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    (x, y, z, t), (u, v, w, s) = one, two
    a, b, c, d = (y - x) * (v - u), (y + x) * (v + u), 2 * _D * t * s, 2 * z * w
    return (b - a) * (d - c) % _P, (d + c) * (b + a) % _P, (d - c) * (d + c) % _P, (b - a) * (b + a) % _P


def _times(number: int, point: tuple[int, ...]) -> tuple[int, ...]:
    result = _times(number >> 1, _add(point, point)) if number else (0, 1, 1, 0)
    return _add(result, point) if number & 1 else result


def _point(data: bytes) -> tuple[int, int] | None:
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if len(data) != 32 or y >= _P or (x * x - square) % _P or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else _P - x), y


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's over the message."""
    base, key, commitment = _point(b"\x58" + b"\x66" * 31), _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if base is None or key is None or commitment is None or len(signature) != 64 or s >= _ORDER:
        return False
    h = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    b, r, a = ((x, y, 1, x * y % _P) for x, y in (base, commitment, key))
    (x, y, z, _), (u, v, w, _) = _times(s, b), _add(r, _times(h, a))
    return (x * w - u * z) % _P == (y * w - v * z) % _P == 0


class Key(NamedTuple):
    """A public key as a signed note names it. `kind`: 1 signs notes, 4 cosigns checkpoints with a time."""

    name: str
    id: bytes
    kind: int
    public: bytes


def read_key(text: str) -> Key:
    """A vkey of a signed note."""
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})", text)
    data = _base64(match[3]) if match else b""
    if not match or len(data) != 33 or data[0] not in {1, 4}:
        raise Wrong(f"'{text}' is not an Ed25519 key of the form name+id+base64.", "policy")
    if sha256(match[1].encode() + b"\n" + data).digest()[:4].hex() != match[2]:
        raise Wrong(f"The id in the key of '{match[1]}' does not belong to it.", "policy")
    return Key(match[1], bytes.fromhex(match[2]), data[0], data[1:])


class LogPolicy:
    """The keys whose signatures make a checkpoint valid (C2SP tlog-policy)."""

    def __init__(self, text: str, pinned: str) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[str, Key] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {"none": (0, [])}
        self.quorum = ""
        for words in map(str.split, text.split("\n")):
            if words and not words[0].startswith("#"):
                self.read(words)
        self.logs = [read_key(key) for key in pinned.split()] or self.logs

    def read(self, words: list[str]) -> None:
        known = set(self.witnesses) | set(self.groups)
        if words[0] == "log" and len(words) in {2, 3}:
            self.logs.append(read_key(words[1]))
        elif words[0] == "witness" and len(words) in {3, 4} and words[1] not in known:
            self.witnesses[words[1]] = read_key(words[2])
        elif words[0] == "group" and len(words) > 3 and words[1] not in known and set(words[3:]) <= known - {"none"}:
            least = {"any": "1", "all": str(len(words) - 3)}.get(words[2], words[2])
            self.groups[words[1]] = (int(least), words[3:])
        elif words[0] == "quorum" and len(words) == 2 and not self.quorum and words[1] in known:
            self.quorum = words[1]
        else:
            raise Wrong(f"This is not a line of a policy: {' '.join(words)[:80]}", "policy")

    def agreed(self, name: str, signers: set[str]) -> bool:
        """Whether the witnesses that signed satisfy a witness or group of this name."""
        least, members = self.groups.get(name, (1, []))
        return name in signers or sum(self.agreed(member, signers) for member in members) >= least


def _base64(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return b""
    return data if b64encode(data).decode() == text else b""


def open_checkpoint(note: str, policy: LogPolicy, file: str) -> tuple[int, bytes, list[str]]:
    """Size, root and witnesses of a checkpoint, if one of the policy's logs and its quorum of witnesses signed it."""
    head, _, tail = note.rpartition("\n\n")
    text, lines = head + "\n", head.split("\n")
    signatures = re.findall(r"(?m)^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$", tail)
    if len(lines) < 3 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]) or len(_base64(lines[2])) != 32:
        raise Wrong("This is not a signed checkpoint.", file)
    if not re.fullmatch(r"(— [^\s+]+ [A-Za-z0-9+/]+={0,2}\n){1,100}", tail):
        raise Wrong("A signature line of the checkpoint is malformed.", file)
    signers = set()
    for name, key in [("", key) for key in policy.logs if key.name == lines[0]] + sorted(policy.witnesses.items()):
        for signer, encoded in signatures:
            key_id, signature, message = _base64(encoded)[:4], _base64(encoded)[4:], text
            if (signer, key_id) != (key.name, key.id):
                continue
            if key.kind == 4:  # tlog-cosignature: a time, and a signature over a text with that time
                message = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}"
                signature = signature[8:]
            if not ed25519(key.public, message.encode(), signature):
                raise Wrong(f"The signature of '{key.name}' is not over this checkpoint.", file)
            signers.add(name)
    if "" not in signers:
        raise Wrong(f"No known key of the log '{lines[0]}' signed the checkpoint.", file)
    if not policy.agreed(policy.quorum, signers):
        raise Wrong("The witnesses that the policy asks for did not all sign the checkpoint.", file)
    return int(lines[1]), _base64(lines[2]), sorted(signers - {""})


def tree_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 root over hashes of one level."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs)]
        hashes = above + hashes[-1:] if len(hashes) % 2 else above
    return hashes[0] if hashes else sha256(b"").digest()


def check_inclusion(file: str, body: bytes, index: int, proof: list[bytes], size: int, root: bytes) -> None:
    """RFC 9162 section 2.1.3.2."""
    value, place, last = sha256(b"\x00" + body).digest(), index, size - 1
    for sibling in proof:
        left = place % 2 or place == last
        value = sha256(b"\x01" + (sibling + value if left else value + sibling)).digest()
        while left and place and not place % 2:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, (last >> 1 if last else -1)
    if index >= size or last != 0 or value != root:
        raise Wrong("The entry is not the one that was signed at its place.", file, index)


def _tile_path(level: object, index: int, width: int) -> str:
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    parts = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    path = "".join(f"x{part}/" for part in parts[:-1]) + parts[-1]
    return f"tile/{level}/{path}" + ("" if width == WIDTH else f".p/{width}")


def read_proof(text: str, file: str) -> tuple[bytes, int, list[bytes], str]:
    """Entry, place, siblings and checkpoint of a tlog-proof that carries its entry."""
    head, _, note = text.partition("\n\n")
    match = re.fullmatch(r"c2sp\.org/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9][0-9]{0,18})((?:\n\S{44})*)", head)
    if match is None:
        raise Wrong("This is not a proof that carries its entry.", file)
    return _base64(match[1]), int(match[2]), [_base64(line) for line in match[3].split()], note


class Bundle:
    """An export in a folder. `verify` walks it once, in memory that does not grow with it."""

    def __init__(self, folder: Path, pinned: str = "") -> None:
        self.folder, self.pinned = folder, pinned
        self.proved: set[str] = set()
        self.manifest: dict[str, Any] = {}
        self.counts = {"entries": 0, "tiles": 0, "documents": 0}

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def text(self, name: str) -> str:
        return self.read(name).decode("utf-8", "replace")

    def changed(self, name: str, data: bytes) -> bool:
        return bool(self.manifest["files"].get(name) != sha256(data).hexdigest())

    def verify(self, on_entry: OnEntry) -> tuple[int, bytes, list[str]]:
        """Everything, in the order in which one thing vouches for the next. Raises Wrong."""
        note, data = self.text("checkpoint"), self.read(MANIFEST)
        checkpoint = size, root, _ = open_checkpoint(note, LogPolicy(self.text("policy"), self.pinned), "checkpoint")
        if self.text(SEAL) != f"{sha256(data).hexdigest()}  {MANIFEST}\n":
            raise Wrong(f"{SEAL} is not the SHA-256 of {MANIFEST}.", SEAL)
        self.manifest = json.loads(data)
        self.erased = dict(self.manifest.get("erased", ()))
        self.unsaid = set(self.erased.items())
        if self.manifest["checkpoint"] != note.split("\n")[:3]:
            raise Wrong("The manifest is not that of this checkpoint.", MANIFEST)
        if self.manifest["content"] == "log":
            self.walk_log(size, root, on_entry)
        else:
            self.walk_proofs(size, root, note, on_entry)
        self.check_files()
        return checkpoint

    def walk_log(self, size: int, root: bytes, on_entry: OnEntry) -> None:
        """Hash every entry, rebuild every tile from the hashes and hold it against the one that was exported."""
        levels: dict[int, list[bytes]] = defaultdict(list)
        for index in range(-(-size // WIDTH)):
            levels[0] = self.entries_of(index, min(WIDTH, size - index * WIDTH), on_entry)
            level = 0
            while len(levels[level]) == WIDTH:
                self.check_tile(level, index >> (8 * level), levels[level])
                levels[level + 1].append(tree_root(levels[level]))
                levels[level] = []
                level += 1
        edge: list[bytes] = []
        for level in sorted(filter(levels.get, levels)):
            self.check_tile(level, size >> (8 * (level + 1)), levels[level])
            edge = [tree_root(levels[level] + edge)]
        if tree_root(edge) != root:
            raise Wrong("The entries are not those that were signed.", "checkpoint")

    def entries_of(self, index: int, width: int, on_entry: OnEntry) -> list[bytes]:
        """The leaf hashes of an entry bundle: entries one after the other, each behind its length in two bytes."""
        name, beside = _tile_path("entries", index, width), _tile_path("0", index, width)
        data, tile = self.read(name), self.read(beside)
        hashes, start, first = [], 0, index * WIDTH
        for place in range(width):
            end = start + 2 + int.from_bytes(data[start : start + 2], "big")
            body = data[start + 2 : end]
            leaf = sha256(b"\x00" + body).digest()
            if end > len(data) or leaf != tile[place * 32 : place * 32 + 32]:
                changed = self.changed(beside, tile) and not self.changed(name, data)
                raise Wrong("The entry is not the one that was signed.", beside if changed else name, first + place)
            on_entry(first + place, body)
            if b'"documents":{' in body or b'"subject:erased"' in body:
                self.check_named(body, first + place)
            hashes.append(leaf)
            start = end
        if start != len(data):
            raise Wrong(f"{len(data) - start} bytes too many follow the entries.", name, first + width - 1)
        self.counts["entries"] += width
        self.proved.add(name)
        return hashes

    def check_tile(self, level: int, index: int, hashes: list[bytes]) -> None:
        name = _tile_path(level, index, len(hashes))
        if self.read(name) != b"".join(hashes):
            raise Wrong("The tile is not that of the entries.", name, index * WIDTH ** (level + 1))
        self.counts["tiles"] += 1
        self.proved.add(name)

    def check_named(self, body: bytes, place: int) -> None:
        fields = json.loads(body)
        for path in map("documents/{}".format, fields.get("documents", ())):
            if path not in self.erased and not (DOCUMENT.fullmatch(path) and os.path.exists(self.folder / path)):
                raise Wrong("The document that the entry names is missing.", path, place)
        if fields["kind"] == "subject:erased":
            self.unsaid -= {("documents/" + name, place) for name in fields["data"]["contents"]}

    def walk_proofs(self, size: int, root: bytes, note: str, on_entry: OnEntry) -> None:
        for name in (name for name in self.manifest["files"] if name.startswith("entries/")):
            body, index, proof, own = read_proof(self.text(name), name)
            if name != f"entries/{index}.tlog-proof" or own != note:
                raise Wrong("The proof is not that of this place and checkpoint.", name, index)
            check_inclusion(name, body, index, proof, size, root)
            self.check_named(body, index)
            on_entry(index, body)
            self.counts["entries"] += 1

    def check_files(self) -> None:
        """Nothing is missing, nothing changed, nothing came in addition; documents are what their names say."""
        left = set(self.manifest["files"]) - self.proved
        for place, _, names in os.walk(self.folder):
            for path in (Path(place, name).relative_to(self.folder).as_posix() for name in sorted(names)):
                if path in self.proved or path in {MANIFEST, SEAL}:
                    continue
                document = DOCUMENT.fullmatch(path)
                expected = path[10:] if document else self.manifest["files"].get(path)
                if expected != sha256(self.read(path)).hexdigest():
                    raise Wrong("The file is not one that was exported.", path)
                self.counts["documents"] += bool(document)
                left.discard(path)
        for path, entry in self.unsaid:
            raise Wrong("The entry does not say that the document was erased.", path, entry)
        for path in sorted(left):
            raise Wrong("The file is missing.", path)
        for name in ("entries", "documents"):
            if self.manifest[name] != self.counts[name]:
                raise Wrong(f"There are {self.counts[name]} {name}; {self.manifest[name]} were exported.", name)


def show(place: int, body: bytes, keys: dict[str, str]) -> None:
    """Print an entry, its personal part where a released key opens it; control characters are written as escapes."""
    fields = json.loads(body)
    at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=fields["at"])
    print(f"{place}  {at.isoformat()}  {fields['kind']!r} by {fields['actor']!r} ({fields['role']!r})")
    if "enc" in fields:
        fields["personal"] = opened(fields["enc"], fields["subject"], keys)
    shown = ("reason", "case", "ruleset", "version", "outcome", "documents", "data", "personal")
    for name in filter(fields.__contains__, shown):
        print(f"    {name}: {fields[name]!r}")


def opened(sealed: str, subject: str, keys: dict[str, str]) -> Any:
    """AES-256-GCM: nonce, ciphertext and tag, bound to the reference of the key."""
    if subject not in keys:
        return "(closed: its key is not in this export)"
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        return "(closed: Python alone has no AES; run without -S -I where the package cryptography is installed)"
    data = _base64(sealed)
    return json.loads(AESGCM(_base64(keys[subject])).decrypt(data[:12], data[12:], subject.encode()))


def verify(options: argparse.Namespace) -> dict[str, Any]:
    """What was verified, as plain data. Raises Wrong."""
    bundle = Bundle(options.folder, options.log)
    keys = json.loads(bundle.text("keys.json")) if options.show and (options.folder / "keys.json").exists() else {}
    on_entry: OnEntry = (lambda place, body: show(place, body, keys)) if options.show else lambda _place, _body: None
    if options.proof:
        name = options.proof.name
        body, place, proof, note = read_proof(options.proof.read_bytes().decode("utf-8", "replace"), name)
        known = bundle.text("policy") if (options.folder / "policy").exists() else "quorum none"
        size, root, witnesses = open_checkpoint(note, LogPolicy(known, options.log), name)
        check_inclusion(name, body, place, proof, size, root)
        on_entry(place, body)
        bundle.counts["entries"] = 1
    else:
        size, root, witnesses = bundle.verify(on_entry)
    return {"ok": True, **bundle.counts, "size": size, "root": b64encode(root).decode(), "witnesses": witnesses}


def main(arguments: list[str] | None = None) -> int:
    """The command line; its exit code."""
    parser = argparse.ArgumentParser(description="Verifies an export of a Monitum archive, or one proof of it.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent, help="the export")
    parser.add_argument("--proof", type=Path, metavar="FILE", help="verify this tlog-proof, not the whole export")
    parser.add_argument("--log", default="", metavar="KEY", help="the log's public key as you know it from elsewhere")
    parser.add_argument("--show", action="store_true", help="print the entries")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    try:
        result = verify(options)
    except Wrong as wrong:
        result = {"ok": False, "what": wrong.what, "file": wrong.file, "entry": wrong.entry}
    except OSError as error:
        result = {"ok": False, "what": f"The file cannot be read: {error.strerror}.", "file": error.filename}
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        result = {"ok": False, "what": f"The export is malformed: {error!r}"}
    place = "" if result.get("entry") is None else f", entry {result['entry']}"
    if options.json:
        print(json.dumps(result))
    elif not result["ok"]:
        print(f"WRONG: {result.get('file') or 'the export'}{place}: {result['what']}")
    else:
        print("VERIFIED: {entries} entries, {documents} documents; log of {size} entries, root {root}".format(**result))
        print("Cosigned by", ", ".join(result["witnesses"]) or "nobody", "- with the key", "given." if options.log else
              "in the export: compare it with one you know (--log KEY).")  # fmt: skip
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
