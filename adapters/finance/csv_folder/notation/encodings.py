"""Encodings that files of books have, and signs that a file has another one than its mapping says."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from engine.errors import AdapterError

#: People may write any alias that Python knows (windows-1250, latin2).
NAMES: Final = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp1252", "cp1257", "iso-8859-1", "iso-8859-2"),
    *("iso-8859-15", "iso-8859-16", "cp852", "cp850", "cp437", "mac-latin2"),
)
#: Name of Python's codec -> the name shown.
_KNOWN: Final = {codecs.lookup(name).name: name for name in NAMES} | {"utf-8-sig": "utf-8"}
_CHUNK: Final = 1 << 20
#: How files begin that are no text at all.
_NO_TEXT: Final = (
    (b"PK\x03\x04", "an XLSX or ZIP file; name it with its ending .xlsx, or export CSV"),
    (b"\xd0\xcf\x11\xe0", "an old XLS workbook; save it as XLSX or CSV"),
    (b"%PDF", "a PDF; export CSV"),
    (b"\x1f\x8b", "a gzip file; unpack it first"),
)


def known_encoding(name: str) -> str:
    """The encoding that a mapping means, by the name shown. Raises ValueError with the list of those known."""
    try:
        found = _KNOWN.get(codecs.lookup(name).name)
    except (LookupError, ValueError):
        found = None
    if found is None:
        raise ValueError(f"'{name}' is no encoding that files are read in; known: {', '.join(NAMES)}.")
    return found


def refuse_other_encoding(path: Path, encoding: str) -> None:
    """Raise AdapterError for a file that plainly is not in the encoding (a name of NAMES) that its mapping says."""
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    for magic, what in _NO_TEXT:
        if start.startswith(magic):
            raise AdapterError(f"{path.name} is {what}. Nothing was imported.", permanent=True)
    mark = _mark(start)
    if mark is not None and not encoding.startswith(mark):
        raise _other(path, encoding, f"begins with the mark of {mark}", mark)
    if encoding.startswith("utf-16"):
        if len(start) > 1 and mark is None and b"\0" not in start:
            raise _other(path, encoding, "has no character of two bytes", "utf-8")
    elif encoding != "utf-8" and _is_utf8(path):
        raise _other(path, encoding, "is UTF-8 throughout, letters with accents included", "utf-8")


def _mark(start: bytes) -> str | None:
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8"
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else None


def _is_utf8(path: Path) -> bool:
    """Whether a file is UTF-8 and holds more than ASCII. Mostly the first such letter tells that it is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    ascii_only = True
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                ascii_only = ascii_only and chunk.isascii()
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not ascii_only


def _other(path: Path, encoding: str, why: str, better: str) -> AdapterError:
    return AdapterError(
        f"{path.name} {why}, and its mapping says {encoding}. Nothing was imported; write encoding: {better}.",
        permanent=True,
    )
