"""Which documents there are: one folder a kind, found by scanning documents/kinds/<kind>/kind.yaml.

A folder holds all that a kind is. Besides kind.yaml, sample.yaml and wording.<language>.yaml it may have Python, found
by its name: `model.py` with MODEL, the schema of its model (else it is a message to its audience); `blocks.py` with
BLOCKS, what its wording shows besides the blocks of every letter; `fill.py` with `fill`, for kinds that are issued out
of a customer's record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from marshmallow import Schema, ValidationError, fields, validate

from documents.blocks import BLOCKS, Blocks
from documents.fields import Flag
from documents.filling.sources import Filling
from documents.messages import CustomerMessageSchema, StaffMessageSchema
from documents.model import ModelSchema
from documents.text.languages import LANGUAGES
from documents.text.wording import WordingText, shipped_wording, worded
from documents.text.wording_file import Wording
from documents.text.yaml_text import read_text_tree
from engine.errors import InvalidInput, NotFound
from engine.field_messages import first_message

Audience = Literal["customer", "staff", "counsel"]
Layout = Literal["letter", "invoice"]

_ROOT: Final = Path(__file__).parent / "kinds"
_PACKAGE: Final = "documents.kinds"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """One kind of document.

    `title`: its everyday name, by language. `audience`: 'customer', 'staff' for internal messages, 'counsel' for who
    sues. `letter`: a PDF letter goes with the mail. `country`: the one whose law it follows; 'eu' for what is worded
    without the law of one country. `folder`: kind.yaml, wording.<language>.yaml, sample.yaml. `layout`: how its page is
    set (documents/layout). `numbering`: the format of its numbers, for kinds that are issued under one
    (documents.register.numbering). `model`: the schema its model is checked by. `blocks`: those its wording may use.
    `fill`: makes its model out of a customer's record; None for what is not issued by people.
    """

    name: str
    country: str
    title: Mapping[str, str]
    audience: Audience
    letter: bool
    folder: Path
    layout: Layout = "letter"
    numbering: str | None = None
    model: type[ModelSchema]
    blocks: Blocks
    fill: Filling | None = None

    def sample(self) -> Mapping[str, object]:
        """The example model shipped with the kind, for previews and tests."""
        path = self.folder / "sample.yaml"
        loaded: Mapping[str, object] = read_text_tree(path.read_text("utf-8"), str(path))
        return loaded

    def wording(self, language: str, own: WordingText | None = None) -> Wording:
        """Its wording, checked: the company's own, or else the shipped one. Raises InvalidInput naming the file and the
        part, and for a language there is no wording in."""
        return worded(own or shipped_wording(self.folder, language), tuple(self.blocks))


class _KindSchema(Schema):
    title = fields.Dict(
        fields.String(validate=validate.OneOf(LANGUAGES)),
        fields.String(),
        required=True,
        validate=validate.Length(equal=len(LANGUAGES)),
    )
    country = fields.String(required=True, validate=validate.Regexp(r"\A[a-z]{2}\Z"))
    audience = fields.String(required=True, validate=validate.OneOf(get_args(Audience)))
    letter = Flag(required=True)
    layout = fields.String(validate=validate.OneOf(get_args(Layout)))
    numbering = fields.String()


def read_kinds(root: Path) -> Mapping[str, DocumentKind]:
    """Every kind under root/<kind>/kind.yaml, by name. Raises InvalidInput naming a malformed file."""
    return MappingProxyType({path.parent.name: _read(path) for path in sorted(root.glob("*/kind.yaml"))})


def _read(path: Path) -> DocumentKind:
    folder = path.parent
    try:
        loaded = _KindSchema().load(read_text_tree(path.read_text("utf-8"), str(path)))
    except ValidationError as error:
        field, problem = first_message(error.messages_dict)
        raise InvalidInput(f"{path}: {field}: {problem}", field=field) from error
    message = StaffMessageSchema if loaded["audience"] == "staff" else CustomerMessageSchema
    return DocumentKind(
        name=folder.name,
        folder=folder,
        model=_part(folder, "model", "MODEL", message),
        blocks={**BLOCKS, **_part(folder, "blocks", "BLOCKS", {})},
        fill=_part(folder, "fill", "fill", None),
        **loaded,
    )


def _part(folder: Path, module: str, name: str, default: Any) -> Any:
    """What a module of a kind's folder offers under a name; the default where the folder has no such module."""
    if not (folder / f"{module}.py").is_file():
        return default
    return getattr(import_module(f"{_PACKAGE}.{folder.name}.{module}"), name)


@cache
def kinds() -> Mapping[str, DocumentKind]:
    """The shipped kinds, by name."""
    return read_kinds(_ROOT)


def kind_of(name: str) -> DocumentKind:
    """The shipped kind of this name. Raises NotFound."""
    try:
        return kinds()[name]
    except KeyError:
        raise NotFound("document kind", name) from None
