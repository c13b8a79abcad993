"""A model file of a person."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from documents.text.yaml_text import SIZE_LIMIT, read_text_tree
from engine.errors import InvalidInput


def read_model(path: Path) -> dict[str, Any]:
    """A model out of a YAML or JSON file, '-' for standard input; every value is text, which its field judges. Raises
    InvalidInput naming the file."""
    loaded = read_text_tree(sys.stdin.read() if str(path) == "-" else _text(path), str(path))
    if not isinstance(loaded, dict):
        raise InvalidInput(f"{path}: write a mapping of fields, such as 'currency: PLN'.")
    return loaded


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise InvalidInput(f"{path} is larger than {SIZE_LIMIT} bytes.")
        return path.read_text("utf-8")
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: not UTF-8.") from error
