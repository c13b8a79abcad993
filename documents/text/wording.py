"""Which wording a message is written with: the one that ships with its kind, or a company's own.

Shipped wordings are reviewed like code and filled in this process; a company's own are filled in a child process that
can be killed (docs/decisions/0010-wordings-of-others-run-apart.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from documents.catalogue import LANGUAGES, DocumentKind, kinds
from documents.layout.blocks import Blocks
from documents.model import CheckedModel
from documents.text.wording_file import WRITTEN, Filled, Wording, parse_wording
from documents.text.wording_process import wording_process
from engine.errors import InvalidInput, NotFound

#: Bytes of a wording file; the longest that ships has some six thousand.
_LONGEST_FILE: Final = 256 << 10


@dataclass(frozen=True, slots=True)
class OwnWording:
    """A wording file a company wrote, as it was read. `where` names it in errors."""

    where: str
    text: str
    language: str

    @property
    def sha256(self) -> str:
        """Of the file, hex."""
        return sha256(self.text.encode()).hexdigest()

    def fill(self, kind: DocumentKind, model: CheckedModel) -> Filled:
        """The text for a model. Raises InvalidInput naming the block."""
        return wording_process.fill(self.text, self.where, self.language, _laid_out(kind.blocks), model)


def read_wording(path: Path, language: str, blocks: Blocks) -> Wording:
    """Read and check a wording file of ours that may use these blocks. Raises InvalidInput naming the file and the
    part, NotFound if missing."""
    return parse_wording(_text_of(path), _name_of(path), language, _laid_out(blocks))


def _laid_out(blocks: Blocks) -> tuple[str, ...]:
    return tuple(name for name in blocks if name not in WRITTEN)


def read_own_wording(path: Path, language: str) -> OwnWording:
    """Read a company's wording file; what it says is checked when it is filled. Raises as `read_wording`."""
    return OwnWording(_name_of(path), _text_of(path), language)


def own_wording(folder: Path | None, kind: str, language: str) -> OwnWording | None:
    """A company's own wording of a kind out of `folder`/<kind>/wording.<language>.yaml; None where it wrote none."""
    path = folder / kind / f"wording.{language}.yaml" if folder and language in LANGUAGES else None
    return read_own_wording(path, language) if path and path.is_file() else None


def _name_of(path: Path) -> str:
    return "/".join(path.parts[-3:])


def _text_of(path: Path) -> str:
    if not path.is_file():
        raise NotFound("wording", str(path))
    if path.stat().st_size > _LONGEST_FILE:
        raise InvalidInput(f"{_name_of(path)}: a wording has {_LONGEST_FILE} bytes at most.")
    try:
        return path.read_text("utf-8")
    except ValueError as error:
        raise InvalidInput(f"{_name_of(path)}: not UTF-8: {error}") from error


def wording_of(kind: DocumentKind, language: str) -> Wording:
    """The shipped wording of a kind. Raises InvalidInput for a language there is none in."""
    if language not in LANGUAGES:
        raise InvalidInput(f"There is no wording in '{language}'; there is {', '.join(LANGUAGES)}.", field="language")
    return _shipped(kind.name, language)


@cache
def _shipped(name: str, language: str) -> Wording:
    kind = kinds()[name]
    return read_wording(kind.folder / f"wording.{language}.yaml", language, kind.blocks)
