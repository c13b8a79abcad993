"""C2SP tlog-proof: that an entry is in a signed tree, as text that stands alone."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

_HEAD: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class EntryProof:
    """An entry, its place, the siblings from its leaf to the root (RFC 6962 section 2.1.1), the signed checkpoint."""

    seq: int
    body: bytes
    hashes: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """The proof as the format writes it. The entry itself is the 'extra' line, so that one file is enough: the
        line is not trusted, its hash must lead to the root."""
        lines = [_HEAD, f"extra {b64encode(self.body).decode()}", f"index {self.seq}"]
        lines += [b64encode(value).decode() for value in self.hashes]
        return "\n".join(lines) + "\n\n" + self.checkpoint
