"""What is wrong with a document: collected, so that an author sees all of it at once, each with file, line and path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from engine.errors import RuleProblem, RulesetInvalid

#: Keys and list positions from the top of a document to a value.
Path: TypeAlias = tuple[str | int, ...]

#: Likeness from which a name is offered, and what an equal first word adds to it.
_ALIKE: Final = 0.5
_SAME_START: Final = 0.2


def path_text(path: Path) -> str:
    """`rules[2].when[0].days_past_due` for ('rules', 2, 'when', 0, 'days_past_due')."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def did_you_mean(word: object, known: Iterable[str]) -> str | None:
    """A hint naming the known word that is spelled most like `word`; all of them when they are few; else None."""
    names = list(known)
    closest = max(names, key=lambda name: _likeness(str(word), name), default="")
    if _likeness(str(word), closest) >= _ALIKE:
        return f"Did you mean '{closest}'?"
    return "Known: " + ", ".join(names) + "." if 0 < len(names) <= 12 else None


def _likeness(word: str, name: str) -> float:
    """How alike two names are, from 0 to 1.2; names are composed, and their first word says what they are about."""
    same_start = word.partition("_")[0] == name.partition("_")[0]
    return SequenceMatcher(None, word, name).ratio() + _SAME_START * same_start


class Problems:
    """The problems of one document. `lines` maps paths to line numbers, counted from 1."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self._file = file
        self._lines = lines
        self._found: list[RuleProblem] = []

    def line(self, path: Path) -> int | None:
        """The line of the value, or of the nearest thing around it that has one."""
        around = (path[:length] for length in range(len(path), -1, -1))
        return next((self._lines[part] for part in around if part in self._lines), None)

    def add(self, path: Path, message: str, hint: str | None = None) -> None:
        """Note a problem at a path."""
        self._found.append(RuleProblem(message, path=path_text(path), file=self._file, line=self.line(path), hint=hint))

    def raise_any(self) -> None:
        """Raise RulesetInvalid with every problem noted, in the order of their lines; nothing when there is none."""
        if self._found:
            raise RulesetInvalid(tuple(sorted(self._found, key=lambda problem: problem.line or 0)))
