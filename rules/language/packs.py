"""The jurisdiction packs that ship: folders rules/<code>/ with guards.yaml and rulesets beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.errors import NotFound

_ROOT: Final = Path(__file__).parents[1]
GUARDS_FILE: Final = "guards.yaml"


@dataclass(frozen=True, slots=True)
class Pack:
    """One jurisdiction: its guards and the rulesets shipped for it."""

    name: str
    guards: Path
    rulesets: tuple[Path, ...]

    def guards_text(self) -> str:
        """The YAML of the guards."""
        return self.guards.read_text(encoding="utf-8")


def packs() -> tuple[Pack, ...]:
    """Every pack, by name: a folder beside this module is one when it has guards."""
    return tuple(
        Pack(path.parent.name, path, tuple(sorted(set(path.parent.glob("*.yaml")) - {path})))
        for path in sorted(_ROOT.glob(f"*/{GUARDS_FILE}"))
    )


def pack(name: str) -> Pack:
    """The pack of a jurisdiction. Raises NotFound."""
    for candidate in packs():
        if candidate.name == name:
            return candidate
    raise NotFound("jurisdiction pack", name)
