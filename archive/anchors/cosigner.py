"""The cosigner of a witness: checks that a log only grows, signs what it observed, keeps all of it in its own folder.

The holder of the log's key and database can still not show two readers different histories, nor set the log back, once
a witness elsewhere has seen it (C2SP tlog-witness; here the witness asks, the log does not call).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from archive import files
from archive.errors import ArchiveError, KeyUnusable, LogForked, LogRolledBack, ProofRejected
from archive.log.checkpoint import Checkpoint, open_checkpoint
from archive.log.cosignature import WitnessSigner
from archive.log.merkle import verify_consistency
from archive.log.note import Verifier, sign_note, signatures_of, text_of

KEY: Final = "witness.key"
LOGS: Final = "log.vkeys"
SEEN: Final = "seen.jsonl"
_LOCK: Final = "witness.lock"

#: RFC 6962 proof that the tree of the second size extends that of the first.
Consistency = Callable[[int, int], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Observation:
    """What observing the log came to. `before`: the newest checkpoint seen until then; `note`: the checkpoint with the
    log's and the witness's signatures."""

    checkpoint: Checkpoint
    before: Checkpoint | None
    note: str

    @property
    def grew(self) -> bool:
        """Whether the log grew since it was observed last, or was observed for the first time."""
        return self.checkpoint != self.before


class Cosigner:
    """The key and the memory of one witness, in its folder.

    `logs`: keys of logs to be trusted from now on; those of earlier starts stay. `name` names a key that is created, an
    existing one has its name inside. Raises KeyUnusable when a file is malformed or may be read by others, or when no
    key of a log is known.
    """

    def __init__(self, folder: Path, *, name: str, logs: Sequence[Verifier] = ()) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        if not (folder / KEY).exists():
            files.create(folder / KEY, f"{WitnessSigner(name, secrets.token_bytes(32)).secret}\n".encode())
        self.signer = WitnessSigner.parse(files.read_secret(folder / KEY).decode("ascii", "replace"))
        self.logs = self._trusted(logs)

    def observe(self, offered: str | None, consistency: Consistency, at: datetime) -> Observation | None:
        """Check the newest checkpoint of the log against what was seen, and sign it; None: the log is empty, as ever.

        `offered`: its note, None when the log has none. What is signed is stored before it is handed out. Raises
        LogRolledBack, LogForked with both checkpoints, NoteRejected when no trusted log signed it.
        """
        with files.exclusive(self._folder / _LOCK):
            try:
                return self._observe(offered, consistency, at)
            except ArchiveError as error:
                self._record(at, type(error).__name__, offered, str(error))
                raise

    def _observe(self, offered: str | None, consistency: Consistency, at: datetime) -> Observation | None:
        if offered is None:
            for path in sorted(self._folder.glob("newest-*")):
                self._rolled_back(path.read_text("utf-8"), None)
            return None
        checkpoint = open_checkpoint(offered, self.logs)
        place = self._folder / f"newest-{quote(checkpoint.origin, safe='')}"
        seen = place.read_text("utf-8") if place.exists() else None
        before = Checkpoint.parse(text_of(seen)) if seen else None
        if seen and before == checkpoint:
            return Observation(checkpoint, before, seen)
        if seen and before:
            self._extends(before, checkpoint, seen, offered, consistency)
        note = self._signed(offered, at)
        files.replace(place, note.encode())
        self._record(at, "extends" if seen else "first", note)
        return Observation(checkpoint, before, note)

    def _extends(
        self, before: Checkpoint, checkpoint: Checkpoint, seen: str, offered: str, consistency: Consistency
    ) -> None:
        if checkpoint.size < before.size:
            self._rolled_back(seen, offered)
        try:
            # Of two trees of one size only equal roots are consistent; the log needs not be asked.
            proof = consistency(before.size, checkpoint.size) if checkpoint.size > before.size else ()
            verify_consistency(before.size, checkpoint.size, before.root, checkpoint.root, proof)
        except ProofRejected:
            raise LogForked(
                f"The log of '{checkpoint.origin}' with {checkpoint.size} entries does not begin with the "
                f"{before.size} entries it had: it forked. Keep both checkpoints:\n{seen}\n{offered}",
                seen=seen,
                offered=offered,
            ) from None

    def _rolled_back(self, seen: str, offered: str | None) -> None:
        before = Checkpoint.parse(text_of(seen))
        now = "no checkpoint at all" if offered is None else f"{Checkpoint.parse(text_of(offered)).size} entries"
        raise LogRolledBack(
            f"The log of '{before.origin}' had {before.size} entries and now has {now}: it was set back. "
            f"Keep both checkpoints:\n{seen}\n{offered or ''}",
            seen=seen,
            offered=offered,
        )

    def _signed(self, offered: str, at: datetime) -> str:
        """The checkpoint with its log's own signatures and this witness's, without those of others."""
        text = text_of(offered)
        known = {(key.name, key.key_id) for key in self.logs}
        lines = offered.rpartition("\n\n")[2].splitlines(keepends=True)
        kept = [
            line
            for line, (name, signature) in zip(lines, signatures_of(offered), strict=True)
            if (name, signature[:4]) in known
        ]
        return sign_note(text, []) + "".join(kept) + self.signer.cosign(text, at)

    def _record(self, at: datetime, verdict: str, note: str | None, why: str = "") -> None:
        line = json.dumps({"at": at.isoformat(), "verdict": verdict, "note": note, "why": why}, ensure_ascii=False)
        with (self._folder / SEEN).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _trusted(self, logs: Sequence[Verifier]) -> tuple[Verifier, ...]:
        path = self._folder / LOGS
        known = [Verifier.parse(line) for line in path.read_text("utf-8").split()] if path.exists() else []
        fresh = [log for log in logs if log.vkey not in {one.vkey for one in known}]
        if fresh:
            known += [Verifier.parse(log.vkey) for log in fresh]
            files.replace(path, "".join(f"{one.vkey}\n" for one in known).encode())
        if not known:
            raise KeyUnusable("The witness knows no log. Name its public key; monitum archive keys list shows it.")
        return tuple(known)
