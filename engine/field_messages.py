"""What a schema says is wrong, flat: nested mappings and lists of messages as pairs of a path and a text.

Schemas of every area (requests, rulesets, document models, mappings of files) report in this form; the messages are
plain data, so reading them needs no framework.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final, TypeAlias

#: Keys and list positions from the top of the data to a field.
FieldPath: TypeAlias = tuple[str | int, ...]

#: Steps that name no field: the whole of a mapping.
WHOLE: Final = frozenset({"_schema"})
#: The same, and the two sides of an entry of a free mapping; not for data that has fields of these names.
WHOLE_OR_ENTRY: Final = frozenset({"_schema", "key", "value"})


def flat_messages(
    messages: object, *, skipped: Collection[str] = WHOLE, path: FieldPath = ()
) -> Iterator[tuple[FieldPath, str]]:
    """Every message with the path of its field, in the order given; `skipped` steps are left out of paths."""
    if isinstance(messages, Mapping):
        for step, inner in messages.items():
            yield from flat_messages(inner, skipped=skipped, path=path if step in skipped else (*path, step))
    elif isinstance(messages, list):
        for message in messages:
            yield from flat_messages(message, skipped=skipped, path=path)
    else:
        yield path, str(messages)


def dotted(path: FieldPath) -> str:
    """`rows.0.open` for ('rows', 0, 'open')."""
    return ".".join(map(str, path))


def first_message(messages: Mapping[str, object]) -> tuple[str, str]:
    """Dotted path and text of the message whose path comes first in the order of text."""
    path, text = min(flat_messages(messages, skipped=()), key=lambda found: tuple(map(str, found[0])))
    return dotted(path), text
