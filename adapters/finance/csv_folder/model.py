"""A mapping as the reader uses it: parsed, typed, immutable."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from adapters.finance.csv_folder.notation.clean import Cleaning


@dataclass(frozen=True, slots=True)
class Cell:
    """Where the value of one field comes from.

    `source` is column, constant, template ('{invoiceNumber}/1': the named columns are put in) or sign_of (the sign of
    an amount column tells the direction: `positive` for zero and more, the other one below). `codes` names a code
    list, `default` stands for an empty cell, `dates` replaces the file's date formats.
    """

    source: str
    text: str
    positive: str = "debit"
    codes: str | None = None
    default: str | None = None
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """A line counts only if the column holds one of the values, or is (not) empty when no value is given."""

    column: str
    values: tuple[str, ...] = ()
    present: bool = True


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One table fed from one file. A file may feed many tables and a table may be fed by many files.

    `distinct`: the key may repeat (the customer on each invoice line); the first line counts.
    """

    table: str
    file: str
    columns: Dict[str, Cell]
    when: tuple[When, ...] = ()
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class BooksAt:
    """What tells from when the content of the folder is, besides the times at which its files were written.

    `marker`: a file that begins with a moment or a day. `column`: (file, column) whose newest value counts. `formats`:
    how these are written (strptime), besides ISO 8601; `zone`: whose time it is where they do not say. `may_be_old`:
    files whose own time does not count.
    """

    marker: str | None = None
    column: tuple[str, str] | None = None
    formats: tuple[str, ...] = ()
    zone: str = "Europe/Warsaw"
    may_be_old: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a file is written; docs/mapping.md lists what each entry may say.

    `dates` are formats of strptime, tried in order. `final_newline`: 'optional' accepts a file whose last line has no
    line break, which otherwise counts as half-written. `decimals`: what becomes of an amount with more decimals than
    its currency has. `skip_lines` stand above the header; `header` 'find': above it stands whatever is not the header.
    `until`: words with which the line begins that ends the table; `leave_out`: with which a line of totals begins.
    `clean`: column -> what is mended in it before anything else reads it.
    """

    encoding: str = "utf-8"
    separator: str = ","
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    decimal_mark: str = "."
    thousands: str = ""
    final_newline: str = "required"
    decimals: str = "refuse"
    skip_lines: int = 0
    header: str = "first"
    until: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    clean: Dict[str, tuple[Cleaning, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """The whole mapping file.

    `codes`: list name -> the source's code -> ours; for flags ours is yes or no. `written`: how the files are written;
    `files`: how those are that are written differently.
    """

    source: str
    title: str
    ledger_currency: str
    jurisdiction: str
    codes: Dict[str, Dict[str, str]]
    tables: tuple[TableMapping, ...]
    books_at: BooksAt = BooksAt()
    written: FileFormat = FileFormat()
    files: Dict[str, FileFormat] = field(default_factory=dict)

    def format_of(self, file: str) -> FileFormat:
        """How a file is written."""
        return self.files.get(file, self.written)
