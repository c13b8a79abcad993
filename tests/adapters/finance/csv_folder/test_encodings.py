"""A file in another encoding than its mapping says is refused, or its cells are quarantined."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.finance.contract import RowProblem
from adapters.finance.csv_folder.notation.encodings import NAMES, known_encoding
from adapters.finance.csv_folder.source import CsvFolder
from engine.errors import AdapterError, InvalidInput
from tests.adapters.finance.folders import write_folder

_NAME = "Źródło „Łąka” ęśćżń"


def _read(folder: Path) -> tuple[list[str], list[RowProblem]]:
    batches = list(CsvFolder(folder).extract().batches)
    names = [str(row[3]) for batch in batches if batch.table == "customer" for row in batch.rows]
    return names, [problem for batch in batches for problem in batch.problems]


def _folder(tmp_path: Path, written: str, said: str, name: str = _NAME) -> Path:
    files = {"customers.csv": ["key,name", f"C1,{name}", "C2,Beta"]}
    return write_folder(tmp_path, files, options=f"encoding: {said}", encoding=written)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "windows-1250", "UTF8"])
def test_a_file_is_read_in_the_encoding_that_its_mapping_says(tmp_path: Path, encoding: str) -> None:
    assert _read(_folder(tmp_path, encoding, encoding)) == ([_NAME, "Beta"], [])


@pytest.mark.parametrize("encoding", ["iso-8859-2", "latin2", "cp852", "mac-latin2", "utf-16-le", "utf-16-be"])
def test_older_encodings_are_read_too(tmp_path: Path, encoding: str) -> None:
    assert _read(_folder(tmp_path, encoding, encoding, "Żółw Łąka")) == (["Żółw Łąka", "Beta"], [])


@pytest.mark.parametrize(
    "name",
    [
        *["base64", "rot13", "hex", "zlib", "bz2", "uu", "quopri", "idna", "punycode", "undefined", "unicode_escape"],
        *["raw_unicode_escape", "utf-7", "mbcs", "charmap", "cp9999", "", "utf-8\0", "../x", "ascii art", "utf_8_sig2"],
    ],
)
def test_what_is_no_encoding_of_files_is_refused_by_name(tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path, options=f"encoding: {name!r}" if "\0" not in name else 'encoding: "utf-8\\0"')
    with pytest.raises(InvalidInput, match=r"utf-8, .*cp1250") as raised:
        CsvFolder(folder)
    assert raised.value.field == "encoding"


def test_every_encoding_of_the_list_knows_itself() -> None:
    assert [known_encoding(name) for name in NAMES] == list(NAMES)


@pytest.mark.parametrize("said", [name for name in NAMES if not name.startswith("utf")])
def test_a_file_in_utf8_is_not_read_in_a_page_of_one_byte(tmp_path: Path, said: str) -> None:
    with pytest.raises(AdapterError, match=r"customers\.csv is UTF-8 .* write encoding: utf-8"):
        _read(_folder(tmp_path, "utf-8", said))


@pytest.mark.parametrize(
    ("written", "said", "better"),
    [
        ("utf-16", "utf-8", "utf-16"),
        ("utf-16", "cp1250", "utf-16"),
        ("utf-8-sig", "cp1250", "utf-8"),
        ("utf-8", "utf-16", "utf-8"),
        ("cp1250", "utf-16-le", "utf-8"),
        ("utf-8-sig", "utf-16", "utf-8"),
    ],
)
def test_the_mark_of_another_encoding_is_heeded(tmp_path: Path, written: str, said: str, better: str) -> None:
    with pytest.raises(AdapterError, match=f"write encoding: {better}"):
        _read(_folder(tmp_path, written, said))


def test_plain_ascii_is_the_same_in_every_page(tmp_path: Path) -> None:
    assert _read(_folder(tmp_path, "ascii", "cp1250", "Alfa")) == (["Alfa", "Beta"], [])


@pytest.mark.parametrize(
    ("written", "said", "reason"),
    [
        ("cp1250", "iso-8859-2", r"a control character \(U\+008F\)"),
        ("cp1250", "utf-8", "bytes that are not utf-8"),
        ("cp1250", "cp852", "a part of a frame"),
        ("cp1250", "cp437", "a part of a frame"),
    ],
)
def test_cells_in_another_page_are_quarantined_by_column(tmp_path: Path, written: str, said: str, reason: str) -> None:
    names, (problem,) = _read(_folder(tmp_path, written, said))
    assert names == ["Beta"]
    assert (problem.file, problem.line, problem.column) == ("customers.csv", 2, "name")
    assert problem.facts == (("customer", "C1"),)
    assert re.search(reason, problem.reason), problem.reason


@pytest.mark.parametrize(
    ("char", "reason"),
    [
        ("\0", "NUL"),
        ("\x07", "control"),
        ("\x0b", "control"),
        ("\x1b", "control"),
        ("\x7f", "control"),
        ("\x85", "control"),
        ("\x9c", "control"),
        ("\ufffd", "lost before"),
        ("\u202e", "writing direction"),
        ("\u2066", "writing direction"),
        ("\uffff", "not a character"),
        ("│", "frame"),
    ],
)
def test_characters_that_no_text_of_books_holds_are_quarantined(tmp_path: Path, char: str, reason: str) -> None:
    names, (problem,) = _read(_folder(tmp_path, "utf-8", "utf-8", f"Al{char}fa"))
    assert (names, problem.column) == (["Beta"], "name")
    assert reason in problem.reason
    assert char not in problem.value


def test_half_a_character_is_quarantined(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "customers.csv").write_bytes(b"key,name\nC1,Al\xed\xa0\x80fa\nC2,Beta\n")
    names, (problem,) = _read(folder)
    assert (names, problem.column, problem.reason) == (["Beta"], "name", "bytes that are not utf-8")


def test_half_a_character_of_two_bytes_is_quarantined(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, options="encoding: utf-16-le", encoding="utf-16-le")
    half = ["key,name\nC1,Al".encode("utf-16-le"), b"\x00\xd8", "fa\nC2,Beta\n".encode("utf-16-le")]
    (folder / "customers.csv").write_bytes(b"".join(half))
    names, (problem,) = _read(folder)
    assert (names, problem.column) == (["Beta"], "name")


def test_a_tab_a_line_break_and_an_emoji_are_text(tmp_path: Path) -> None:
    names, problems = _read(_folder(tmp_path, "utf-8", "utf-8", '"Al\tfa\nGmbH 🏭"'))
    assert (names, problems) == (["Al\tfa\nGmbH 🏭", "Beta"], [])


def test_a_column_that_nothing_reads_may_hold_anything(tmp_path: Path) -> None:
    files = {"customers.csv": ["key,note,name", "C1,\x07\x0b,Alfa", "C2,\ufffd,Beta"]}
    assert _read(write_folder(tmp_path, files)) == (["Alfa", "Beta"], [])


def test_blanks_that_nobody_sees_are_no_part_of_a_value(tmp_path: Path) -> None:
    files = {"customers.csv": ["\ufeffkey\u200b,name", "C1\u00a0,\u200bAlfa\ufeff", "\u2007C2,\u200eBeta\u202f"]}
    batches = list(CsvFolder(write_folder(tmp_path, files)).extract().batches)
    assert [row[2:4] for batch in batches if batch.table == "customer" for row in batch.rows] == [
        ("C1", "Alfa"),
        ("C2", "Beta"),
    ]


def test_the_end_of_file_of_dos_programs_is_no_line(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    with (folder / "customers.csv").open("ab") as file:
        file.write(b"\x1a")
    assert _read(folder) == (["Alfa", "Beta"], [])


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.7", b"\x1f\x8b\x08"])
def test_what_is_no_text_is_refused_with_what_it_is(tmp_path: Path, start: bytes) -> None:
    folder = write_folder(tmp_path)
    (folder / "customers.csv").write_bytes(start + b"\x00\x01\n")
    with pytest.raises(AdapterError, match=r"customers\.csv is an? "):
        _read(folder)


def test_a_header_in_another_encoding_is_named_without_garbage(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "customers.csv").write_bytes("key,name,Należność\nC1,Alfa,1\n".encode("cp1250"))
    with pytest.raises(AdapterError, match=r"customers\.csv, header: bytes that are not utf-8") as raised:
        _read(folder)
    assert str(raised.value).encode("utf-8")
