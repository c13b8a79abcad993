"""Filling a wording in a child process that can be killed.

A wording a company wrote is data from outside: a loop over a doubled text takes minutes in C code that no signal
interrupts. The child does all of it, from reading the YAML to the finished text, and is killed when it takes too long.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Timer
from typing import IO, Any, Final

from documents.text.plain_json import read_plain, write_plain
from documents.text.wording_child import MEMORY, OUT_OF_MEMORY
from documents.text.wording_file import Block, Filled
from engine.errors import InvalidInput, MonitumError

#: Seconds one wording may take; a usual one takes some milliseconds.
SECONDS: Final = 2.0
#: Seconds a child may take to start.
_START: Final = 20.0
#: Seconds a child has to end by itself; its pipe closes a moment before its exit code is there.
_LAST_WORDS: Final = 0.5
#: Bytes of one line of an answer: JSON writes one byte of text in at most six.
_LONGEST_LINE: Final = 8 << 20
_ROOT: Final = Path(__file__).parents[2]


class WordingProcessFailed(MonitumError):
    """The process that fills wordings did not start."""

    code = "wording_process_failed"


class WordingProcess:
    """One child, started at the first wording, kept for the next, replaced when it dies. Threads take turns."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def fill(
        self, wording: str, where: str, language: str, laid_out: Sequence[str], model: Mapping[str, Any]
    ) -> Filled:
        """The text of a wording file (as `parse_wording` takes it) filled with a model (documents.model).

        Raises InvalidInput naming `where` and the block for a wording that is wrong, too slow (SECONDS), too large
        (MEMORY, documents.text.sandbox.OUTPUT_LIMIT); WordingProcessFailed when there is no child to be had.
        """
        question = write_plain(
            {"wording": wording, "where": where, "language": language, "laid_out": laid_out, "model": model}
        )
        with self._turn:
            child = self._running()
            try:
                with _killed_after(SECONDS, child) as overdue:
                    at, answer = _ask(child, question.encode(), where)
            except BaseException:
                self._end(child)  # or the next question would be given this one's answer
                raise
            if answer is None:
                raise InvalidInput(f"{at}: {_cause(self._end(child), overdue)}", field=at)
            if answer["last"] or overdue.is_set():
                self._end(child)
        if "refused" in answer:
            raise InvalidInput(answer["refused"], field=answer["field"])
        filled = answer["filled"]
        return Filled(filled["subject"], filled["heading"], tuple(Block(*block) for block in filled["blocks"]))

    def close(self) -> None:
        """End the child, if there is one."""
        with self._turn:
            if self._child is not None:
                self._end(self._child)

    def forget(self) -> None:
        """Leave the child to the process this one was forked from: two at one pipe would read each other's answers."""
        self._turn, self._child = Lock(), None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        if self._child is not None:
            self._end(self._child)
        # An empty environment and no folder of ours to write in: a wording has nothing to find or to break.
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "documents.text.wording_child"], cwd="/", env={"PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with _killed_after(_START, child) as overdue:
            ready = _pipe(child.stdout).readline(_LONGEST_LINE)
        if not ready or overdue.is_set():
            self._end(child)
            raise WordingProcessFailed
        self._child = child
        return child

    def _end(self, child: subprocess.Popen[bytes]) -> int:
        """Whatever it does, it is gone afterwards. Returns its exit code."""
        self._child = None
        for pipe in (child.stdin, child.stdout):
            with suppress(BrokenPipeError):
                _pipe(pipe).close()
        with suppress(subprocess.TimeoutExpired):
            child.wait(_LAST_WORDS)
        child.kill()
        return child.wait()


def _cause(code: int, overdue: Event) -> str:
    """Why a child with this exit code did not answer."""
    if overdue.is_set() or code == -signal.SIGXCPU:
        return f"this takes longer than {SECONDS:g} seconds."
    if code == OUT_OF_MEMORY:
        return f"this takes more than {MEMORY >> 20} MiB of memory."
    return f"the process that fills wordings ended ({code})."


@contextmanager
def _killed_after(seconds: float, child: subprocess.Popen[bytes]) -> Iterator[Event]:
    """Kill the child unless the block ends in time; the event tells that it was killed. Reading then ends by itself."""
    overdue = Event()

    def kill() -> None:
        overdue.set()
        child.kill()

    timer = Timer(seconds, kill)
    timer.start()
    try:
        yield overdue
    finally:
        timer.cancel()
        timer.join()


def _ask(child: subprocess.Popen[bytes], question: bytes, where: str) -> tuple[str, dict[str, Any] | None]:
    """The part worked on last, and the answer; None when the child died."""
    at = where
    with suppress(BrokenPipeError):
        _pipe(child.stdin).write(question + b"\n")
        _pipe(child.stdin).flush()
    while (line := _pipe(child.stdout).readline(_LONGEST_LINE)).endswith(b"\n"):
        answer: dict[str, Any] = read_plain(line)
        if "at" not in answer:
            return at, answer
        at = answer["at"]
    return at, None


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise WordingProcessFailed
    return pipe


#: The child of this process.
wording_process = WordingProcess()


atexit.register(wording_process.close)
os.register_at_fork(after_in_child=wording_process.forget)
