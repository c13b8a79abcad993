"""Who reads the archive at the command line."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from archive.entries.reading import Reader

_F = TypeVar("_F", bound=Callable[..., Any])


def _me() -> str:
    return getpass.getuser()


by_option: Final[Callable[[_F], _F]] = click.option(
    "--by", default=_me, help="Who reads; kept in the archive. The login name if not given."
)


def reader(name: str) -> Reader:
    """A person at the command line."""
    return Reader(name, "operator")
