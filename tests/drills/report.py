"""What a drill measured and what it demanded, as a table; a drill ends with 1 when a demand was not met."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Report:
    """Figures and demands of one drill, in the order they were added."""

    title: str
    figures: list[tuple[str, str]] = field(default_factory=list)
    demands: list[tuple[str, bool, str]] = field(default_factory=list)

    def figure(self, what: str, value: object) -> None:
        """Something measured that nobody demands."""
        self.figures.append((what, f"{value:,.2f}" if isinstance(value, float) else str(value)))

    def demand(self, what: str, found: Sequence[object] | bool) -> None:
        """Something that must hold: True, or an empty list of what is against it."""
        broken = not found if isinstance(found, bool) else bool(found)
        said = "" if isinstance(found, bool) or not broken else f"{len(found)}: {', '.join(map(str, found[:5]))}"
        self.demands.append((what, not broken, said))

    @property
    def broken(self) -> list[str]:
        """Demands that were not met, with what is against each."""
        return [f"{what} {said}".strip() for what, kept, said in self.demands if not kept]

    def __str__(self) -> str:
        lines = [self.title, *(f"  {what:58} {value}" for what, value in self.figures)]
        return "\n".join(
            lines + [f"  {'kept  ' if kept else 'BROKEN'} {what} {said}" for what, kept, said in self.demands]
        )

    def end(self) -> None:
        """Print it and end the process: 1 when something was broken."""
        print(self)
        sys.exit(1 if self.broken else 0)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a share (0..1) of the values does not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def spread(seconds: Sequence[float]) -> str:
    """Number, median, p99 and the longest of some durations, for a figure."""
    shares = ", ".join(f"{quantile(seconds, share):.1f}" for share in (0.5, 0.99, 1.0))
    return f"{len(seconds)}, {shares}"


def say(line: str) -> None:
    """How far a drill is, on standard error."""
    print(line, file=sys.stderr, flush=True)
