"""mapping.yaml: which file and column feeds which field. Read once, checked whole, every error names its field."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from adapters.finance.contract import FIELDS
from adapters.finance.csv_folder.books_at import BooksAtSchema, ageless
from adapters.finance.csv_folder.format_schema import FORMAT, FormatSchema, consistent_dates, made
from adapters.finance.csv_folder.model import BooksAt, Cell, Mapping, TableMapping, When
from documents.text.yaml_text import read_text_tree
from engine.errors import InvalidInput
from engine.field_messages import dotted, flat_messages

#: Parts of a cell that say where the value comes from; exactly one is given.
_SOURCES: Final = ("column", "constant", "template", "sign_of")


def _cell(value: Any) -> Cell:
    """A column name, or a mapping with one of column, constant, template, sign_of and what refines it."""
    if isinstance(value, str):
        value = {"column": value}
    if not isinstance(value, dict):
        raise ValidationError("Write a column name, or a mapping with column, constant, template or sign_of.")
    cell: Cell = _CellSchema().load(value)
    return cell


class _CellSchema(Schema):
    column = fields.String()
    constant = fields.String()
    template = fields.String()
    sign_of = fields.String()
    positive = fields.String(load_default="debit", validate=validate.OneOf(("debit", "credit")))
    codes = fields.String(load_default=None)
    default = fields.String(load_default=None)
    dates = fields.List(fields.String(), load_default=(), validate=[validate.Length(min=1), consistent_dates])

    @validates_schema
    def _one_source(self, data: Dict[str, Any], **_: Any) -> None:
        given = [name for name in _SOURCES if name in data]
        if len(given) != 1:
            raise ValidationError(f"Exactly one of {', '.join(_SOURCES)} is needed, found {given or 'none'}.")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Cell:
        source = next(name for name in _SOURCES if name in data)
        return Cell(source, data[source], data["positive"], data["codes"], data["default"], tuple(data["dates"]))


def _when(value: Any) -> tuple[When, ...]:
    """Column -> a value, a list of values, or {present: yes|no}."""
    if not isinstance(value, dict):
        raise ValidationError("Write column: value, column: [values] or column: {present: yes}.")
    return tuple(_condition(column, wanted) for column, wanted in value.items())


def _condition(column: str, wanted: Any) -> When:
    if isinstance(wanted, str):
        return When(column, (wanted,))
    if isinstance(wanted, list) and wanted and all(isinstance(item, str) for item in wanted):
        return When(column, tuple(wanted))
    if isinstance(wanted, dict) and set(wanted) == {"present"} and wanted["present"] in {"yes", "no"}:
        return When(column, present=wanted["present"] == "yes")
    raise ValidationError({column: ["Write a value, a list of values or {present: yes} or {present: no}."]})


class _TableSchema(Schema):
    table = fields.String(required=True, validate=validate.OneOf(tuple(FIELDS)))
    file = fields.String(required=True, validate=validate.Length(min=1))
    distinct = fields.Boolean(load_default=False)
    columns = fields.Dict(fields.String(), fields.Function(deserialize=_cell), required=True)
    when = fields.Function(deserialize=_when, load_default=())

    @validates_schema
    def _fields_of_the_table(self, data: Dict[str, Any], **_: Any) -> None:
        known = {spec.name: spec for spec in FIELDS[data["table"]]}
        errors = {
            name: [f"There is no such field in {data['table']}; it has {', '.join(known)}."]
            for name in data["columns"]
            if name not in known
        }
        for name, spec in known.items():
            if name not in data["columns"] and not spec.has_default:
                errors[name] = [f"A column, constant or template is needed for this field of {data['table']}."]
        if errors:
            raise ValidationError({"columns": errors})

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> TableMapping:
        return TableMapping(**data)


class _MappingSchema(FormatSchema):
    source = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9][a-z0-9._-]*$"))
    title = fields.String(required=True, validate=validate.Length(min=1))
    ledger_currency = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{3}$"))
    jurisdiction = fields.String(required=True, validate=validate.Regexp(r"^[a-z]{2}$"))
    codes = fields.Dict(fields.String(), fields.Dict(fields.String(), fields.String()), load_default=dict)
    files = fields.Dict(fields.String(), fields.Nested(FormatSchema), load_default=dict)
    tables = fields.List(fields.Nested(_TableSchema), required=True, validate=validate.Length(min=1))
    books_at = fields.Nested(BooksAtSchema, load_default=BooksAt())

    @validates_schema
    def _consistent(self, data: Dict[str, Any], **_: Any) -> None:
        for number, table in enumerate(data["tables"]):
            for name, cell in table.columns.items():
                if cell.codes is not None and cell.codes not in data["codes"]:
                    problem = [f"There is no code list '{cell.codes}' under codes."]
                    raise ValidationError({"tables": {number: {"columns": {name: problem}}}})
        unread = set(data["files"]) - {table.file for table in data["tables"]}
        if unread:
            raise ValidationError({"files": {name: ["No table reads this file."] for name in sorted(unread)}})

    @validates_schema
    def _an_age(self, data: Dict[str, Any], **_: Any) -> None:
        if problem := ageless(data["books_at"], {table.file for table in data["tables"]}):
            raise ValidationError({"books_at": {"may_be_old": [problem]}})

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Mapping:
        written = {name: data.pop(name) for name in FORMAT if name in data}
        files = {name: made(written, own, ("files", name)) for name, own in data.pop("files").items()}
        return Mapping(**{**data, "tables": tuple(data["tables"])}, written=made(written, {}, ()), files=files)


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file.

    Every scalar is read as text (Yes stays 'Yes', 0010 stays '0010'). Raises InvalidInput; `field` is the path of the
    first wrong entry, such as `tables.2.columns.due_date`.
    """
    try:
        document = read_text_tree(path.read_text("utf-8"), str(path), field="mapping")
    except FileNotFoundError as error:
        raise InvalidInput(f"{path} is missing: a folder of CSV files needs a mapping.", field="mapping") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8: {error}", field="mapping") from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{path} must hold a mapping with source, title and tables.", field="mapping")
    try:
        mapping: Mapping = _MappingSchema().load(document)
    except ValidationError as error:
        found = flat_messages(error.messages, skipped={"_schema", "value"})
        problems = [(dotted(step) or "mapping", message) for step, message in found]
        text = "; ".join(f"{where}: {message}" for where, message in problems)
        raise InvalidInput(f"{path}: {text}", field=problems[0][0]) from error
    return mapping
