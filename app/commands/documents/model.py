"""A model file of a person."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import yaml

from engine.errors import InvalidInput

_LARGEST: Final = 8 * 1024 * 1024


def read_model(path: Path) -> dict[str, Any]:
    """A model out of a YAML or JSON file, '-' for standard input. Raises InvalidInput naming the file."""
    text = sys.stdin.read() if str(path) == "-" else _text(path)
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInput(f"{path}: neither YAML nor JSON: {error}") from error
    if not isinstance(loaded, dict):
        raise InvalidInput(f"{path}: write a mapping of fields, such as 'currency: PLN'.")
    return loaded


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidInput(f"{path} is larger than {_LARGEST} bytes.")
        return path.read_text("utf-8")
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: not UTF-8.") from error
