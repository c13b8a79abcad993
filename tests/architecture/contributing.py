"""CONTRIBUTING.md as its reader follows it: what each section lists, its examples applied to a copy of the house."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final

from tests.architecture.imports import ROOT

_PAGE: Final = ROOT / "CONTRIBUTING.md"
_SECTION: Final = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_LISTED: Final = re.compile(r"^- `([^`]+)`: (.+)$", re.MULTILINE)
_EXAMPLE: Final = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What tools leave behind; no part of an addition.
_LEFT_BEHIND: Final = {"__pycache__", ".hypothesis", ".ruff_cache", "var"}


@dataclass(frozen=True, slots=True)
class Section:
    """What a section says. `listed`: file -> what it is; `examples`: (language, file, text)."""

    listed: Mapping[str, str]
    examples: tuple[tuple[str, str, str], ...]


def sections() -> Mapping[str, Section]:
    """The sections that list files, by title."""
    found = {
        title: Section(dict(_LISTED.findall(body)), tuple(_EXAMPLE.findall(body)))
        for title, body in _SECTION.findall(_PAGE.read_text("utf-8"))
    }
    return {title: section for title, section in found.items() if section.listed}


class Copy:
    """The files of the repository in a folder of their own, and what was touched there since."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _tracked():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
            _copy_bytecode(ROOT / name, target)
        self._before = self._digests()

    def add(self, section: Section) -> None:
        """Write the new files of a section's examples, apply its changes, and make everything generated anew."""
        for language, name, text in section.examples:
            path = self.folder / name
            if language == "diff":
                self.run("git", "apply", "--recount", "-", given=text)
            else:
                assert not path.exists(), f"{name} is there already; the page shows a change as a diff"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        if any(what == "generated" for what in section.listed.values()):
            self.run("make", "--old-file=setup", f"BIN={Path(sys.executable).parent}", "docs")

    def touched(self) -> set[str]:
        """Files that are new or changed."""
        return {name for name, digest in self._digests().items() if self._before.get(name) != digest}

    def run(self, *command: str, given: str = "") -> str:
        """What a command prints that succeeds in the copy."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env = {**kept, "PYTHONPATH": str(self.folder), "MONITUM_HOME": str(self.folder / "var")}
        done = subprocess.run(
            command, cwd=self.folder, input=given, capture_output=True, text=True, env=env, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def python(self, *arguments: str) -> str:
        """What this Python prints in the copy."""
        return self.run(sys.executable, *arguments)

    def check(self, *tests: str) -> None:
        """Run tests of the copy."""
        self.python("-m", "pytest", "-q", "-p", "no:xdist", *tests)

    def _digests(self) -> Mapping[str, str]:
        return {
            path.relative_to(self.folder).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in self.folder.rglob("*")
            if path.is_file() and not _LEFT_BEHIND & set(path.parts)
        }


def _copy_bytecode(module: Path, target: Path) -> None:
    """Spare every process started in the copy to compile the whole product again; valid as the file's time is kept."""
    if module.suffix == ".py" and (compiled := Path(cache_from_source(str(module)))).is_file():
        kept = target.parent / "__pycache__" / compiled.name
        kept.parent.mkdir(exist_ok=True)
        shutil.copy2(compiled, kept)


def _tracked() -> Iterator[str]:
    listed = subprocess.run(("git", "ls-files", "-z"), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith("docs/pictures/"):
            yield name
