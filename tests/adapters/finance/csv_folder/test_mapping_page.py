"""docs/mapping.md names every entry and every cleaning there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.finance.csv_folder.format_schema import FORMAT
from adapters.finance.csv_folder.notation.clean import CLEANINGS

_PAGE = (Path(__file__).parents[4] / "docs" / "mapping.md").read_text("utf-8")


def _entries(heading: str) -> list[str]:
    section = _PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_page_lists_every_way_of_writing_files() -> None:
    assert sorted(_entries("How files are written")) == sorted(FORMAT)


def test_the_page_lists_the_cleanings_in_the_order_in_which_they_work() -> None:
    assert _entries("Cleanings") == list(CLEANINGS)
