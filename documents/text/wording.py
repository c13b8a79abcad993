"""Which wording a document is written with: the one that ships with its kind, or a company's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from documents.text.languages import LANGUAGES
from documents.text.wording_file import WRITTEN, Wording, parse_wording
from engine.errors import InvalidInput, NotFound

#: Bytes of a wording file; the longest that ships has some six thousand. Reading one takes time by its length.
_LONGEST_FILE: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class WordingText:
    """A wording file a company wrote, as it was read. `where` names it in errors."""

    where: str
    text: str
    language: str

    @property
    def sha256(self) -> str:
        """Of the file, hex."""
        return sha256(self.text.encode()).hexdigest()


def read_wording(path: Path, language: str) -> WordingText:
    """Read a wording file; what it says is checked when it is used. Raises InvalidInput for one that is too long or no
    text, NotFound if missing."""
    return WordingText(_name_of(path), _text_of(path), language)


def own_wording(folder: Path | None, kind: str, language: str) -> WordingText | None:
    """A company's own wording of a kind out of `folder`/<kind>/wording.<language>.yaml; None where it wrote none."""
    path = folder / kind / f"wording.{language}.yaml" if folder and language in LANGUAGES else None
    return read_wording(path, language) if path and path.is_file() else None


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


@cache
def shipped_wording(folder: Path, language: str) -> WordingText:
    """The wording in a kind's folder. Raises InvalidInput for a language there is none in."""
    if language not in LANGUAGES:
        raise InvalidInput(f"There is no wording in '{language}'; there is {', '.join(LANGUAGES)}.", field="language")
    return read_wording(folder / f"wording.{language}.yaml", language)


@lru_cache(maxsize=256)
def worded(text: WordingText, blocks: tuple[str, ...]) -> Wording:
    """A wording file, checked, which may use these blocks. Raises InvalidInput naming the file and the part."""
    laid_out = tuple(name for name in blocks if name not in WRITTEN)
    return parse_wording(text.text, text.where, text.language, laid_out)
