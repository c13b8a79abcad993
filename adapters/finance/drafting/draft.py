"""A mapping.yaml proposed for some files, with what is sure, what is guessed and what is missing as comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from adapters.finance.csv_folder.notation.currencies import currencies_of
from adapters.finance.drafting.names import field_of
from adapters.finance.drafting.sniff import Sniffed, sniff
from adapters.finance.drafting.values import amount_cleanings, amount_ways, day_formats, key_cleanings
from engine.execution.reports import DraftedColumn, SourceDraft

_DAYS: Final = frozenset({"issued", "due", "sold", "paid"})
_AMOUNTS: Final = frozenset({"gross", "net", "vat", "open", "paid_amount", "credit_limit"})
#: What a sign means sooner than others that it may mean.
_LIKELY: Final = ("PLN", "EUR", "USD", "GBP")
_KEYS: Final = frozenset({"customer", "number", "payment", "settles"})
#: Table -> (field, what its column holds); the first that the file has counts. '!': the table cannot do without it.
_TABLES: Final = {
    "customer": (
        *(("key!", ("customer", "tax_id", "name")), ("name!", ("name", "customer", "tax_id")), ("tax_id", ("tax_id",))),
        *(("email", ("email",)), ("phone", ("phone",)), ("address", ("address",)), ("country", ("country",))),
        ("credit_limit", ("credit_limit",)),
    ),
    "document": (
        *(("key!", ("number",)), ("customer_key!", ("customer", "tax_id", "name")), ("number!", ("number",))),
        *(
            ("issue_date!", ("issued", "due")),
            ("sale_date", ("sold",)),
            ("gross!", ("gross", "open")),
            ("net", ("net",)),
        ),
        ("vat", ("vat",)),
    ),
    "open_item": (
        *(("key!", ("number",)), ("document_key!", ("number",)), ("customer_key!", ("customer", "tax_id", "name"))),
        *(("issue_date!", ("issued", "due")), ("due_date!", ("due",)), ("amount!", ("gross", "open"))),
        ("open_amount", ("open",)),
    ),
    "payment": (
        *(("key!", ("payment", "number")), ("customer_key!", ("customer", "tax_id", "name")), ("paid_on!", ("paid",))),
        ("amount!", ("paid_amount", "gross")),
    ),
}


def draft(paths: Sequence[Path]) -> SourceDraft:
    """Propose a mapping for CSV files. Raises InvalidInput for a file that cannot be read as one."""
    files = [sniff(path) for path in paths]
    fields = [_fields(file) for file in files]
    columns = [
        DraftedColumn(file.name, name, next((f for f, column in found.items() if column == name), None))
        for file, found in zip(files, fields, strict=True)
        for name in file.header
    ]
    return SourceDraft("\n".join(_lines(files, fields)) + "\n", tuple(columns))


def _fields(file: Sniffed) -> dict[str, str]:
    """What a file holds, and in which of its columns. A column whose texts are of another kind is not taken."""
    found: dict[str, str] = {}
    for name in file.header:
        field = field_of(name)
        if field is not None and field not in found and _fits(field, file.column(name)):
            found[field] = name
    # a date called after a payment in a file of payments; an amount called so as well
    if "paid" not in found and "due" not in found and "paid_amount" in found and "issued" in found:
        found["paid"] = found.pop("issued")
    return found


def _fits(field: str, texts: Sequence[str]) -> bool:
    if field in _DAYS:
        return not texts or bool(day_formats(texts)[0])
    return field not in _AMOUNTS or not texts or bool(amount_ways(texts))


def _tables_of(found: dict[str, str]) -> Iterator[str]:
    if {"customer", "tax_id", "name"} & found.keys():
        if not {"due", "paid"} & found.keys() or "name" in found or "due" in found:
            yield "customer"
        if {"number", "due"} <= found.keys() and {"gross", "open"} & found.keys():
            yield from ("document", "open_item")
        elif "paid" in found and {"paid_amount", "gross"} & found.keys():
            yield "payment"


def _lines(files: Sequence[Sniffed], fields: Sequence[dict[str, str]]) -> Iterator[str]:
    currency = _currency(files, fields)
    yield "# A draft: what a comment calls guessed wants your look; then monitum sources check FOLDER."
    yield "source: books  # guessed: the key of these books, small letters"
    yield "title: Books  # guessed: their name for people"
    yield f"ledger_currency: {currency}  # guessed"
    yield f"jurisdiction: {'pl' if currency == 'PLN' else 'eu'}  # guessed from the currency"
    yield "files:"
    for file, found in zip(files, fields, strict=True):
        yield from _format(file, found)
    yield "tables:"
    lists = any("tax_id" in found and "due" not in found and "paid" not in found for found in fields)
    for file, found in zip(files, fields, strict=True):
        for table in _tables_of(found):
            several = table == "customer" and {"due", "paid"} & found.keys()
            if not (several and lists):
                yield from _table(table, file, found, currency, distinct=bool(several))
        unknown = [name for name in file.header if name not in found.values()]
        if unknown:
            yield f"# {file.name}: nothing was made of {', '.join(unknown)}"
    made = {table for found in fields for table in _tables_of(found)}
    if "open_item" not in made:
        yield "# missing: open_item; nothing is owed without it"
    if "payment" not in made and not any("open" in found for found in fields):
        yield "# missing: payment, or a column for open_amount; without them nothing is ever paid"


def _currency(files: Sequence[Sniffed], fields: Sequence[dict[str, str]]) -> str:
    """The currency on most lines, else that of the signs beside amounts, else PLN."""
    seen: Counter[str] = Counter()
    for file, found in zip(files, fields, strict=True):
        if "currency" in found:
            seen.update(text.upper() for text in file.column(found["currency"]))
        else:
            texts = [text for field in sorted(_AMOUNTS & found.keys()) for text in file.column(found[field])]
            seen.update(_sign(currencies_of(text.strip("()+- \u00a0"))) for text in texts)
    return next((code for code, _ in seen.most_common() if len(code) == 3 and code.isalpha()), "PLN")


def _sign(meant: frozenset[str]) -> str:
    return next((code for code in (*_LIKELY, *sorted(meant)) if code in meant), "")


def _format(file: Sniffed, found: dict[str, str]) -> Iterator[str]:
    yield f"  {_quoted(file.name)}:"
    yield f"    encoding: {file.encoding}" + ("" if file.encoding.startswith("utf") else "  # guessed from its letters")
    separator = "tab" if file.separator == "\t" else f'"{file.separator}"'
    yield f"    separator: {separator}"
    if file.skipped:
        yield f"    header: find  # {file.skipped} line(s) stand above it"
    yield "    final_newline: optional"
    shapes = [shape for field in sorted(_DAYS & found.keys()) for shape in day_formats(file.column(found[field]))[0]]
    shape, doubt = _most(shapes)
    yield f'    dates: ["{shape or "%Y-%m-%d"}"]' + _note(doubt)
    texts = [text for field in sorted(_AMOUNTS & found.keys()) for text in file.column(found[field])]
    ways = amount_ways(texts)
    if ways:
        mark, thousands = ways[0]
        sure = any(mark in text for text in texts)
        yield f'    decimal_mark: "{mark}"' + ("" if sure else "  # guessed: no amount has decimals")
        if thousands:
            yield f'    thousands: "{thousands}"'
    cleanings = _cleanings(file, found)
    if cleanings:
        yield "    clean:"
        for name, words in cleanings.items():
            yield f"      {_quoted(name)}: [{', '.join(words)}]"


def _most(shapes: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The format that most columns are read by, and others that read as many."""
    counted = Counter(shapes)
    best = max(counted.values(), default=0)
    first, *others = [shape for shape in counted if counted[shape] == best] or [""]
    return first, others


def _note(others: Sequence[str]) -> str:
    return f"  # guessed: {' and '.join(others)} would read it too" if others else ""


def _cleanings(file: Sniffed, found: dict[str, str]) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    for field, name in found.items():
        texts = file.column(name)
        if field in _AMOUNTS:
            words = amount_cleanings(texts)
        elif field in _DAYS:
            words = ["day"] if day_formats(texts)[1] else []
        elif field == "tax_id":
            words = ["tax_id"]
        else:
            words = key_cleanings(texts) if field in _KEYS else []
        if words:
            wanted[name] = words
    return wanted


def _table(table: str, file: Sniffed, found: dict[str, str], currency: str, *, distinct: bool) -> Iterator[str]:
    yield f"  - table: {table}"
    yield f"    file: {_quoted(file.name)}"
    if distinct:
        yield "    distinct: yes"
    yield "    columns:"
    for wanted, holds in _TABLES[table]:
        name, needed = wanted.rstrip("!"), wanted.endswith("!")
        known = [found[one] for one in holds if one in found]
        column = next((one for one in known if not needed or len(file.column(one)) == len(file.rows)), None)
        column = column or next(iter(known), None)
        if column is not None:
            first = found.get(holds[0]) == column
            yield f"      {name}: {_quoted(column)}" + ("" if first else f"  # guessed: there is no {holds[0]}")
        elif needed:
            yield f"      {name}: ?  # missing: name its column"
    if table == "document":
        yield "      kind: {constant: invoice}  # guessed: corrections need a column and codes"
    if table == "open_item":
        amount = found.get("gross", found.get("open", ""))
        yield f"      direction: {{sign_of: {_quoted(amount)}}}"
    if table != "customer":
        cell = f"{{column: {_quoted(found['currency'])}, default: {currency}}}" if "currency" in found else None
        yield f"      currency: {cell}" if cell else f"      currency: {{constant: {currency}}}  # guessed"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
