"""From text to value: one reading function for each mapped field, compiled once for each file."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Dict
from decimal import Decimal
from typing import Final, TypeAlias

from adapters.finance.contract import FieldSpec, Value
from adapters.finance.csv_folder.model import Cell, FileFormat, When
from adapters.finance.csv_folder.notation import amounts, dates
from adapters.finance.csv_folder.notation.characters import printable, trimmed
from adapters.finance.csv_folder.notation.clean import cleaner
from engine.errors import AdapterError, InvalidInput

Codes: TypeAlias = Dict[str, Dict[str, str]]
#: Takes one text out of the cells of a line, cleaned. Raises CellProblem.
Take: TypeAlias = Callable[[list[str]], str]
#: Reads one value out of the cells of a line. Raises CellProblem.
Read: TypeAlias = Callable[[list[str]], Value]
Parse: TypeAlias = Callable[[str], Value]

_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")
#: Texts that a spreadsheet put in the place of others.
_SPREADSHEET: Final = (
    (re.compile(r"[0-9][.,][0-9]+[eE]\+[0-9]+"), "a spreadsheet has shortened a number: digits are lost"),
    (
        re.compile(r"#(?:N/?A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|ARG!|ADR!?|WERT!|BEZUG!|NV)|#{3,}"),
        "a spreadsheet's error",
    ),
)
#: Cleaned texts that a column remembers.
_REMEMBERED: Final = 50_000
_FLAGS: Final = {
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "tak": True,
    "nie": False,
}


class CellProblem(InvalidInput):
    """A cell cannot be read."""

    code = "cell_problem"

    def __init__(self, reason: str, *, column: str, value: str) -> None:
        super().__init__(reason, field=column)
        self.value = value


class Columns:
    """The header of one file: where a named column stands. Raises AdapterError for one that is not there."""

    def __init__(self, file: str, header: list[str], written: FileFormat) -> None:
        self._file = file
        self._written = written
        self._header = [trimmed(name) for name in header]
        self.width = len(header)
        #: Positions that a value is taken from.
        self.used: set[int] = set()

    def name(self, index: int) -> str:
        """What the header calls a position."""
        return self._header[index]

    def index(self, name: str) -> int:
        """Position of a column."""
        count = self._header.count(name)
        if count == 1:
            found = self._header.index(name)
            self.used.add(found)
            return found
        have = printable(", ".join(self._header), 2000)
        what = "There is no column" if not count else "There is more than one column"
        raise AdapterError(f"{self._file}: {what} '{name}'; the header has: {have}.", permanent=True)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name in the header."""
        return tuple(self._header)

    def take(self, name: str) -> Take:
        """The function that takes a column's text out of a line, cleaned as the mapping says."""
        index = self.index(name)
        cleanings = self._written.clean.get(name)
        if not cleanings:
            return lambda line: trimmed(line[index])
        clean, seen = cleaner(cleanings, self._written.decimal_mark), {"": ""}

        def take(line: list[str]) -> str:
            text = trimmed(line[index])
            if text not in seen:
                if len(seen) > _REMEMBERED:
                    seen.clear()
                    seen[""] = ""
                try:
                    seen[text] = clean(text)
                except ValueError as error:
                    raise CellProblem(str(error), column=name, value=text) from error
            return seen[text]

        return take


def reader(cell: Cell, spec: FieldSpec, columns: Columns, written: FileFormat, codes: Codes, *, unsigned: bool) -> Read:
    """The function that reads one field. `unsigned`: drop the sign of amounts, which a direction carries."""
    if cell.source == "sign_of":
        return _direction(cell, columns, amount_parser(written, unsigned=False))
    parse = parser(cell, spec, written, codes, unsigned=unsigned)
    empty = parse(cell.default) if cell.default is not None else None if spec.optional else spec.default
    if cell.source == "constant":
        value = parse(cell.text) if cell.text else empty
        return lambda _line: value
    label = label_of(cell)
    if cell.source == "template":
        return _parsed(_template(cell.text, columns), parse, label, empty)
    return _parsed(columns.take(cell.text), parse, label, empty)


def label_of(cell: Cell) -> str:
    """What messages call the origin of a value."""
    return cell.text if cell.source in {"column", "sign_of"} else f"{cell.source} {cell.text}"


def columns_of(cell: Cell) -> tuple[str, ...]:
    """Names of the columns that a cell takes text from."""
    if cell.source == "template":
        return tuple(_PLACEHOLDER.findall(cell.text))
    return () if cell.source == "constant" else (cell.text,)


def parser(cell: Cell, spec: FieldSpec, written: FileFormat, codes: Codes, *, unsigned: bool) -> Parse:
    """Text to value for one field; the text is stripped and not empty. Raises ValueError with the reason."""
    listed = codes[cell.codes] if cell.codes is not None else None
    if spec.type == "date":
        return _cached(dates.date_parser(cell.dates or written.dates))
    if spec.type == "amount":
        return amount_parser(written, unsigned=unsigned)
    if spec.type == "flag":
        return _cached(_flag_parser(listed))
    return _text if listed is None else _cached(_code_parser(listed))


def amount_parser(written: FileFormat, *, unsigned: bool) -> Parse:
    """Decimal out of the file's way of writing amounts."""
    number = amounts.amount_parser(written.decimal_mark, written.thousands)
    return (lambda text: abs(number(text))) if unsigned else number


def condition(when: tuple[When, ...], columns: Columns) -> Callable[[list[str]], bool] | None:
    """The test of a line, or None when every line counts. The test raises CellProblem."""
    if not when:
        return None
    wanted = [(columns.take(part.column), frozenset(part.values), part.present) for part in when]

    def holds(line: list[str]) -> bool:
        return all(
            (take(line) in values) if values else (bool(take(line)) is present) for take, values, present in wanted
        )

    return holds


def _text(text: str) -> str:
    if text[0] == "#" or "+" in text:
        for pattern, reason in _SPREADSHEET:
            if pattern.fullmatch(text):
                raise ValueError(reason)
    return text


def _parsed(fetch: Take, parse: Parse, label: str, empty: Value) -> Read:
    def read(line: list[str]) -> Value:
        text = fetch(line)
        if not text:
            return empty
        try:
            return parse(text)
        except ValueError as error:
            raise CellProblem(str(error), column=label, value=text) from error

    return read


def _template(text: str, columns: Columns) -> Take:
    """Fill the placeholders; a template with an empty column is empty, so a key never misses a part silently."""
    names = _PLACEHOLDER.findall(text)
    takes = [columns.take(name) for name in names]
    shape = _PLACEHOLDER.sub("{}", text)

    def fill(line: list[str]) -> str:
        values = [take(line) for take in takes]
        return shape.format(*values) if all(values) else ""

    return fill


def _direction(cell: Cell, columns: Columns, parse: Parse) -> Read:
    other = "credit" if cell.positive == "debit" else "debit"

    def sign(text: str) -> Value:
        amount = parse(text)
        return other if isinstance(amount, Decimal) and amount < 0 else cell.positive

    return _parsed(columns.take(cell.text), sign, cell.text, None)


def _cached(parse: Parse) -> Parse:
    """Remember what was parsed: dates and codes repeat. Only valid texts are kept, so it stays small."""
    seen: dict[str, Value] = {}

    def look_up(text: str) -> Value:
        try:
            return seen[text]
        except KeyError:
            value = seen[text] = parse(text)
            return value

    return look_up


def _flag_parser(codes: Dict[str, str] | None) -> Parse:
    def parse(text: str) -> Value:
        word = text.lower() if codes is None else codes.get(text, "")
        if word not in _FLAGS:
            raise ValueError("unknown code" if codes is not None else "neither yes nor no")
        return _FLAGS[word]

    return parse


def _code_parser(codes: Dict[str, str]) -> Parse:
    def parse(text: str) -> Value:
        if text not in codes:
            raise ValueError(f"unknown code; the list has {', '.join(codes)}")
        return codes[text]

    return parse
