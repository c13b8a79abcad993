"""Checking a company's own wordings before they are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from documents.catalogue import DocumentKind, kinds
from documents.layout.composition import compose
from documents.layout.rendering import render
from documents.model import CheckedModel
from documents.text.languages import LANGUAGES
from documents.text.wording import read_wording
from engine.errors import InvalidInput, MonitumError


@dataclass(frozen=True, slots=True)
class Finding:
    """A file of a folder of wordings; `problem` is None for one that will do, and `field` names the block."""

    file: str
    problem: str | None = None
    field: str | None = None


def check_wordings(folder: Path) -> list[Finding]:
    """Every file under a folder of own wordings, in order, each held against its kind's sample with and without its
    optional parts. Raises InvalidInput for a folder without a file."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    if not paths:
        raise InvalidInput(f"There is no wording in '{folder}': write <kind>/wording.<language>.yaml.", field="folder")
    return [_finding(folder, path) for path in paths]


def _finding(folder: Path, path: Path) -> Finding:
    name = path.relative_to(folder).as_posix()
    expected = {f"{kind}/wording.{language}.yaml": (kind, language) for kind in kinds() for language in LANGUAGES}
    if name not in expected:
        choice = f"write <kind>/wording.<{'|'.join(LANGUAGES)}>.yaml; the kinds are {', '.join(sorted(kinds()))}."
        return Finding(name, f"{name} belongs to no kind: {choice}")
    kind, language = expected[name]
    try:
        own = read_wording(path, language)
        for model in _variants(kinds()[kind]):
            compose(kinds()[kind], language, model, own)
        render(kind, language, kinds()[kind].sample(), own)
    except MonitumError as error:
        return Finding(name, str(error), getattr(error, "field", None))
    return Finding(name)


def _variants(kind: DocumentKind) -> Iterator[CheckedModel]:
    """The sample, and the sample without each part that may be left out."""
    sample = kind.sample()
    yield CheckedModel(kind.model, sample)
    for left_out in sample:
        with suppress(InvalidInput):
            variant = CheckedModel(kind.model, {name: part for name, part in sample.items() if name != left_out})
            yield variant
