"""The child that fills wordings nobody of us has read: `python -m documents.text.wording_child`.

It has no environment, may write no file, and lives within limits it set itself. A line of JSON (plain_json)
on standard input asks: `wording`, `where`, `language`, `laid_out`, `model`. Lines on standard output answer: `at` names
the part that is worked on, `filled` or `refused` ends the answer, and `last` says whether the child then leaves.
"""

from __future__ import annotations

import math
import mmap
import os
import resource
import sys
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from documents.text.plain_json import read_plain, write_plain
from documents.text.wording_file import Filled, Wording, parse_wording
from engine.errors import InvalidInput

#: Bytes of address space, and what must be free of it for the next wording.
MEMORY: Final = 256 << 20
_ROOM: Final = 160 << 20
#: Seconds of processor for one wording. The parent ends a wording sooner; this ends one whose parent is gone.
_CPU_SECONDS: Final = 3
#: Exit code of a child whose wording wanted more memory.
OUT_OF_MEMORY: Final = 77
_CHARACTERS_OF_AN_ERROR: Final = 400


def main() -> None:
    """Answer until standard input ends, or until too little memory is left for another wording."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    _say(ready=True)
    try:
        for line in sys.stdin.buffer:
            _allow_processor_time()
            answer = _answer(read_plain(line))
            last = not _has_room()
            _say(**answer, last=last)
            if last:
                return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _has_room() -> bool:
    """Whether the next wording finds memory, whatever the last one left behind; the mapping is never touched."""
    try:
        mmap.mmap(-1, _ROOM).close()
    except OSError:
        return False
    return True


def _allow_processor_time() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + _CPU_SECONDS, hard))


def _answer(question: Mapping[str, Any]) -> dict[str, object]:
    try:
        wording = _compiled(question["wording"], question["where"], question["language"], tuple(question["laid_out"]))
        filled = wording.fill(question["model"], _say_at)
    except InvalidInput as error:
        return {"refused": str(error)[:_CHARACTERS_OF_AN_ERROR], "field": error.field}
    return {"filled": _plain(filled)}


@lru_cache(maxsize=16)
def _compiled(text: str, where: str, language: str, laid_out: tuple[str, ...]) -> Wording:
    return parse_wording(text, where, language, laid_out, _say_at)


def _plain(filled: Filled) -> Mapping[str, object]:
    return {
        "subject": filled.subject,
        "heading": filled.heading,
        "blocks": [[block.type, block.text] for block in filled.blocks],
    }


def _say_at(part: str) -> None:
    _say(at=part)


def _say(**answer: object) -> None:
    sys.stdout.buffer.write(write_plain(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
