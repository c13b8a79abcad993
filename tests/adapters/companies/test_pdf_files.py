"""PDF files below a source's folder: no path and no link leads out of it, and nothing but a PDF is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.companies.pdf_files import PdfRefused, read_pdf

_PDF = b"%PDF-1.7\n..."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source with a PDF in a folder of its own, and secrets beside the source."""
    source = tmp_path / "books"
    (source / "pdf").mkdir(parents=True)
    (source / "pdf" / "FV 1.pdf").write_bytes(_PDF)
    (tmp_path / "secret.pdf").write_bytes(_PDF)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "other.pdf").write_bytes(_PDF)
    return source


@pytest.mark.parametrize("name", ["pdf/FV 1.pdf", "pdf\\FV 1.pdf", "./pdf/FV 1.pdf", " pdf/FV 1.pdf "])
def test_a_pdf_is_read_by_its_path_below_the_folder(folder: Path, name: str) -> None:
    assert read_pdf(folder, name, 100) == _PDF


def test_the_folder_itself_may_be_reached_over_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert read_pdf(tmp_path / "link", "pdf/FV 1.pdf", 100) == _PDF


@pytest.mark.parametrize(
    "name",
    [
        "../secret.pdf",
        "pdf/../../secret.pdf",
        "..\\secret.pdf",
        "/etc/passwd",
        "\\\\server\\share\\a.pdf",
        "C:\\books\\a.pdf",
        "",
        " ",
        ".",
        "pdf/a\0.pdf",
        "linked.pdf",
        "linked/other.pdf",
        "pdf/inner/other.pdf",
        "dangling.pdf",
    ],
)
def test_no_path_and_no_link_leads_out(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / "linked.pdf").symlink_to(tmp_path / "secret.pdf")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "pdf" / "inner").symlink_to(tmp_path / "elsewhere")
    (folder / "dangling.pdf").symlink_to(tmp_path / "nothing")
    with pytest.raises(PdfRefused) as caught:
        read_pdf(folder, name, 100)
    assert caught.value.problem == "outside"


def test_a_link_within_the_folder_is_not_followed_either(folder: Path) -> None:
    (folder / "again.pdf").symlink_to(folder / "pdf" / "FV 1.pdf")
    with pytest.raises(PdfRefused) as caught:
        read_pdf(folder, "again.pdf", 100)
    assert caught.value.problem == "outside"


def test_what_is_not_a_pdf_of_that_size_is_refused_with_the_reason(folder: Path) -> None:
    (folder / "html.pdf").write_bytes(b"<html>%PDF-")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "large.pdf").write_bytes(_PDF + b"x" * 100)
    os.mkfifo(folder / "pipe.pdf")
    found = {}
    for name in (
        "html.pdf",
        "empty.pdf",
        "large.pdf",
        "pipe.pdf",
        "pdf",
        "none.pdf",
        "none/none.pdf",
        "html.pdf/a.pdf",
    ):
        with pytest.raises(PdfRefused) as caught:
            read_pdf(folder, name, 100)
        found[name] = caught.value.problem
    assert found == {
        "html.pdf": "not_pdf",
        "empty.pdf": "not_pdf",
        "large.pdf": "too_large",
        "pipe.pdf": "no_file",
        "pdf": "no_file",
        "none.pdf": "missing",
        "none/none.pdf": "missing",
        "html.pdf/a.pdf": "missing",
    }
    assert len(read_pdf(folder, "large.pdf", len(_PDF) + 100)) == len(_PDF) + 100
