"""What an auditor takes home: files in a folder, a manifest of them, and the one-file program that verifies them.

The log is in C2SP tlog-tiles layout; a case is one proof for each entry. `archive/export/offline_verifier.py` reads it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any, Final

from archive.log.merkle import leaf_hash
from archive.log.note import Verifier
from archive.log.proof_text import EntryProof
from archive.log.tiles import TILE_WIDTH, Edge, tile_path

FORMAT: Final = "monitum-export/1"
MANIFEST: Final = "MANIFEST.json"
_HERE: Final = Path(__file__).parent
#: Both programs and texts are copied into every bundle.
_VERIFIER: Final = _HERE / "offline_verifier.py"
_README: Final = _HERE / "bundle_readme.md"


class Bundle:
    """A bundle being written. `files` are hashes by name, without documents: their names are their hashes. `gone`:
    documents that were erased, with the place of the entry that says so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._documents = folder / "documents"
        self._documents.mkdir()
        self.files: dict[str, str] = {}
        self.entries = 0
        self.documents = 0
        self.gone: dict[str, int] = {}

    def file(self, name: str, data: bytes) -> None:
        """Write a file under a name with '/' between folders."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files[name] = sha256(data).hexdigest()

    def document(self, name: str, data: bytes) -> None:
        """Write a kept content under its SHA-256."""
        (self._documents / name).write_bytes(data)
        self.documents += 1

    def erased(self, name: str, seq: int) -> None:
        """Write a tombstone for a content that the entry at a place of the log erased."""
        self.file(f"documents/{name}.erased", f"erased by entry {seq}\n".encode())
        self.gone[f"documents/{name}"] = seq

    def has(self, name: str) -> bool:
        """Whether a content or its tombstone was written already."""
        return f"documents/{name}" in self.gone or (self._documents / name).exists()

    def log(self, bodies: Iterable[bytes]) -> bytes:
        """Write all entries in order with the tiles over them, in constant memory; the root of their tree."""
        edge = Edge()
        for index, bundle in enumerate(_batches(bodies)):
            data = b"".join(len(body).to_bytes(2, "big") + body for body in bundle)
            self.file(tile_path("entries", index, len(bundle)), data)
            for tile in edge.extend(map(leaf_hash, bundle)):
                self.file(tile_path(tile.level, tile.index), tile.data)
        for level, hashes in enumerate(edge.partial):
            if hashes:
                index = edge.size >> (8 * (level + 1))
                self.file(tile_path(level, index, len(hashes)), b"".join(hashes))
        self.entries = edge.size
        return edge.root()

    def proof(self, proof: EntryProof) -> None:
        """Write one entry with its proof."""
        self.file(f"entries/{proof.seq}.tlog-proof", proof.text.encode())
        self.entries += 1

    def finish(
        self,
        content: str,
        checkpoint: str,
        known: Sequence[Verifier],
        policy: str,
        *,
        at: datetime,
        keys: Mapping[str, str] | None = None,
    ) -> str:
        """Write what belongs to every bundle; the SHA-256 of its manifest.

        `content`: 'log' or 'case'. `checkpoint`: the signed note. `known`: keys of the log. `policy`: tlog-policy.
        `keys`: base64 of released subject keys by reference.
        """
        head = checkpoint.split("\n")[:3]
        self.file("checkpoint", checkpoint.encode())
        self.file("policy", policy.encode())
        self.file("log.vkey", "".join(f"{key.vkey}\n" for key in known).encode())
        self.file("verify.py", _VERIFIER.read_bytes())
        self.file("README.md", _readme(content, head, known, at, self.entries))
        if keys is not None:
            self.file("keys.json", _json(keys))
        manifest = _json(
            {
                "format": FORMAT,
                "content": content,
                "checkpoint": head,
                "exported_at": at.isoformat(),
                "entries": self.entries,
                "documents": self.documents,
                "erased": self.gone,
                "files": self.files,
            }
        )
        digest = sha256(manifest).hexdigest()
        (self._folder / MANIFEST).write_bytes(manifest)
        (self._folder / "MANIFEST.sha256").write_text(f"{digest}  {MANIFEST}\n", "ascii")
        return digest


def _batches(bodies: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for body in bodies:
        batch.append(body)
        if len(batch) == TILE_WIDTH:
            yield batch
            batch = []
    if batch:
        yield batch


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _readme(content: str, head: Sequence[str], known: Sequence[Verifier], at: datetime, entries: int) -> bytes:
    origin, size, root = head
    scope_pl = {"log": "cały dziennik", "case": "wpisy jednego klienta"}[content]
    scope_en = {"log": "the whole log", "case": "the entries of one customer"}[content]
    values = {
        "scope_pl": scope_pl,
        "scope_en": scope_en,
        "origin": origin,
        "size": size,
        "root": root,
        "entries": str(entries),
        "at": f"{at:%Y-%m-%d %H:%M} UTC",
        "keys": " ".join(key.vkey for key in known),
    }
    return Template(_README.read_text("utf-8")).substitute(values).encode()


def policy_text(known: Sequence[Verifier], witnesses: Mapping[str, str] | None = None) -> str:
    """C2SP tlog-policy: the log's keys, the witnesses (name -> vkey), which must all have signed."""
    lines = [f"log {key.vkey}" for key in known]
    names = sorted(witnesses or {})
    lines += [f"witness {name} {(witnesses or {})[name]}" for name in names]
    if len(names) > 1:
        lines.append(f"group witnesses all {' '.join(names)}")
    lines.append(f"quorum {'none' if not names else names[0] if len(names) == 1 else 'witnesses'}")
    return "\n".join(lines) + "\n"


@contextmanager
def bundle_folder(target: Path) -> Iterator[Bundle]:
    """A bundle that appears at `target` whole or not at all; only its owner may read it.

    Raises FileExistsError when something other than an empty folder is there, OSError when it cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{target} exists and is not an empty folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield Bundle(partial)
        os.replace(partial, target)  # noqa: PTH105  Path.replace reads like a change of the path
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
