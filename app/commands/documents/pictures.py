"""monitum documents pictures: every page of every kind's sample, for people to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

import click
from PIL import Image

from app.commands.output import as_json, write_files
from documents.catalogue import DocumentKind, kinds
from documents.layout.rendering import preview
from documents.text.languages import LANGUAGES, Language

_PPI: Final = 70
#: Shades that are enough for black text with smooth edges, and the few tints of a layout.
_COLOURS: Final = 16


@click.command("pictures")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs/pictures"),
    show_default=True,
    help="Folder; pictures that are not made any more are removed from it.",
)
@as_json
def pictures(out: Path, json_output: bool) -> None:
    """Pictures of every page of every kind's sample, in every language, with an index."""
    shown = [kind for _, kind in sorted(kinds().items()) if kind.letter]
    made = {(kind.name, language): _pages(kind, language) for kind in shown for language in LANGUAGES}
    files = {name: data for pages in made.values() for name, data in pages.items()}
    write_files(out, {"README.md": _index(shown, made).encode(), **files}, json_output=json_output)
    for old in set(out.glob("*.png")) - {out / name for name in files}:
        old.unlink()


def _pages(kind: DocumentKind, language: str) -> dict[str, bytes]:
    pages = preview(kind.name, language, kind.sample(), ppi=_PPI)
    return {f"{kind.name}.{language}.{number}.png": _small(page) for number, page in enumerate(pages, start=1)}


def _small(picture: bytes) -> bytes:
    """The same picture with a palette. The same bytes for the same picture and the same Pillow."""
    with Image.open(BytesIO(picture)) as page:
        few = page.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    smaller = BytesIO()
    few.save(smaller, "PNG", optimize=True)
    return smaller.getvalue()


def _index(shown: Sequence[DocumentKind], made: Mapping[tuple[str, Language], Iterable[str]]) -> str:
    lines = [
        "# What the documents look like",
        "",
        "`make pictures` makes these from the sample of each kind (`documents/<cc>/<kind>/sample.yaml`).",
        "",
        f"| kind | {' | '.join(LANGUAGES)} |",
        "|---" * (1 + len(LANGUAGES)) + "|",
    ]
    for kind in shown:
        cells = [
            "<br>".join([kind.title[language], *(f"![{name}]({name})" for name in made[kind.name, language])])
            for language in LANGUAGES
        ]
        lines.append(f"| `{kind.name}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
