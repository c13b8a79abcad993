"""Characters that no text of books holds: signs of a wrong code page, of a broken file, or of an attack."""

from __future__ import annotations

import re
from typing import Final

#: Controls but tab and line break, what turns the writing direction, parts of frames (a DOS page read as another or the
#: other way round), undecodable bytes as Python keeps them, characters already lost, and those that are none.
FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2500-\u259f\ud800-\udfff\ufffd-\uffff]"
)
#: Blanks that str.strip() leaves: marks of width and of direction that nobody sees.
_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_EDGES: Final = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")
_PAGE: Final = "; is the encoding in the mapping that of the file?"
#: Last character of a range, and what is wrong with those up to it.
_REASONS: Final = (
    ("\0", "a NUL character"),
    ("\x7f", "a control character ({code})"),
    ("\x9f", f"a control character ({{code}}){_PAGE}"),
    ("\u2069", "a character that turns the writing direction ({code})"),
    ("\u259f", f"a part of a frame ({{code}}){_PAGE}"),
    ("\udc7f", "half a character ({code})"),
    ("\udcff", "bytes that are not {encoding}"),
    ("\udfff", "half a character ({code})"),
    ("\ufffd", f"a character that was lost before ({{code}}){_PAGE}"),
    ("\uffff", "not a character ({code})"),
)


def reason_against(text: str, encoding: str) -> str | None:
    """Why a text cannot be used; None when it can."""
    found = FORBIDDEN.search(text)
    if found is None:
        return None
    reason = next(reason for last, reason in _REASONS if found.group() <= last)
    return reason.format(code=f"U+{ord(found.group()):04X}", encoding=encoding.removesuffix("-sig"))


def trimmed(text: str) -> str:
    """A text without blanks around it, those included that nobody sees."""
    return text.strip() if text.isascii() else _EDGES.sub("", text)


def printable(text: str, length: int = 200) -> str:
    """A text that can be stored and shown: forbidden characters and bytes become escapes; cut at `length`."""
    return FORBIDDEN.sub(_escape, text[:length])


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
